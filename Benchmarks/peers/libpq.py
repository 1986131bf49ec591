"""A client of PostgreSQL: libpq, through ctypes.

The standard library has no client of its own, and psql would add its parsing to every statement. Parameters go in
binary, so that the server parses no numbers; they are packed before the clock starts, which a program in C would
have to do while it runs.
"""

import ctypes
import ctypes.util
import struct
from collections.abc import Sequence

CONNECTION_OK = 0
COMMAND_OK, TUPLES_OK = 1, 2


class LibpqError(RuntimeError):
    pass


def load() -> ctypes.CDLL | None:
    """The library, or nothing where it is not installed."""
    try:
        library = ctypes.CDLL(ctypes.util.find_library("pq") or "libpq.so.5")
    except OSError:
        return None
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    numbers = ctypes.POINTER(number)
    execution = [pointer, text, number, ctypes.POINTER(text), numbers, numbers, number]
    for name, result, arguments in [
        ("PQconnectdb", pointer, [text]),
        ("PQstatus", number, [pointer]),
        ("PQerrorMessage", text, [pointer]),
        ("PQparameterStatus", text, [pointer, text]),
        ("PQexec", pointer, [pointer, text]),
        ("PQprepare", pointer, [pointer, text, text, number, pointer]),
        ("PQexecPrepared", pointer, execution),
        ("PQresultStatus", number, [pointer]),
        ("PQresultErrorMessage", text, [pointer]),
        ("PQntuples", number, [pointer]),
        ("PQnfields", number, [pointer]),
        ("PQgetvalue", text, [pointer, number, number]),
        ("PQclear", None, [pointer]),
        ("PQfinish", None, [pointer]),
    ]:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class Parameters:
    """The values of one execution, ready for the wire."""

    def __init__(self, values: Sequence[bytes]) -> None:
        count = len(values)
        self.count = count
        self.values = (ctypes.c_char_p * count)(*values)
        self.lengths = (ctypes.c_int * count)(*map(len, values))
        self.formats = (ctypes.c_int * count)(*[1] * count)


class Connection:
    def __init__(self, library: ctypes.CDLL, options: str) -> None:
        self._library = library
        self._handle = library.PQconnectdb(options.encode())
        if library.PQstatus(self._handle) != CONNECTION_OK:
            message = library.PQerrorMessage(self._handle).decode().strip()
            self.close()
            raise LibpqError(message)

    def close(self) -> None:
        if self._handle:
            self._library.PQfinish(self._handle)
            self._handle = None

    def parameter(self, name: str) -> str:
        return self._library.PQparameterStatus(self._handle, name.encode()).decode()

    def execute(self, statement: str) -> list[tuple[str, ...]]:
        return self._rows(self._library.PQexec(self._handle, statement.encode()))

    def prepare(self, name: str, statement: str) -> None:
        self._rows(self._library.PQprepare(self._handle, name.encode(), statement.encode(), 0, None))

    def run(self, name: bytes, parameters: Parameters) -> int:
        """Executes a prepared statement; the number of rows, which have all arrived."""
        library = self._library
        result = library.PQexecPrepared(
            self._handle, name, parameters.count, parameters.values, parameters.lengths, parameters.formats, 1)
        try:
            self._check(result)
            return library.PQntuples(result)
        finally:
            library.PQclear(result)

    def _check(self, result: int) -> None:
        if self._library.PQresultStatus(result) not in (COMMAND_OK, TUPLES_OK):
            message = self._library.PQresultErrorMessage(result) or self._library.PQerrorMessage(self._handle)
            raise LibpqError(message.decode().strip().replace("\n", "; "))

    def _rows(self, result: int) -> list[tuple[str, ...]]:
        library = self._library
        try:
            self._check(result)
            fields = range(library.PQnfields(result))
            return [
                tuple(library.PQgetvalue(result, row, column).decode() for column in fields)
                for row in range(library.PQntuples(result))
            ]
        finally:
            library.PQclear(result)


_ARRAY = struct.Struct(">iiIii")
_TYPES = {"smallint": (21, 2, "h"), "integer": (23, 4, "i"), "bigint": (20, 8, "q")}
_TEXT, _JSONB = 25, 3802


def numbers(type_name: str, values: Sequence[int]) -> bytes:
    """An array of one dimension in PostgreSQL's binary format: each value after its length."""
    oid, width, code = _TYPES[type_name]
    flat = [width] * (2 * len(values))
    flat[1::2] = values
    return _ARRAY.pack(1, 0, oid, len(values), 1) + struct.pack(">" + ("i" + code) * len(values), *flat)


def texts(values: Sequence[str]) -> bytes:
    return _strings(_TEXT, [value.encode() for value in values])


def documents(values: Sequence[str]) -> bytes:
    """Of jsonb: text after the number of the format's version."""
    return _strings(_JSONB, [b"\x01" + value.encode() for value in values])


def _strings(oid: int, values: Sequence[bytes]) -> bytes:
    parts = [_ARRAY.pack(1, 0, oid, len(values), 1)]
    for value in values:
        parts.append(len(value).to_bytes(4, "big"))
        parts.append(value)
    return b"".join(parts)
