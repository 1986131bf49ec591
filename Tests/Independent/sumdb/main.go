// Verifies what the ledger writes with code that the ledger's authors did not write: golang.org/x/mod/sumdb, packages note and tlog.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o sumdb ./Tests/Independent/sumdb
//	sumdb verify LOG_KEY WITNESS_KEYS TILES INCLUSION... CONSISTENCY...   (witness keys separated by commas; proofs are files of "grandlivre prove")
//	sumdb sign NAME                                                       (a checkpoint from standard input, signed and co-signed by fresh keys)
//
// The checkpoint of the folder TILES and each proof's are opened with the keys. The tree is read from the tiles, checked up to the signed root; every entry
// bundle is hashed to its leaves; each proof must be the one that tlog itself makes from the tiles, and must hold. Then each is altered, and must not.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func fail(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, "sumdb: "+format+"\n", args...)
	os.Exit(1)
}

func must(err error, what string) {
	if err != nil {
		fail("%s: %v", what, err)
	}
}

// A cosignature (C2SP tlog-cosignature) is Ed25519 over a time and the note's text; note knows plain Ed25519 only.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }

func cosigned(at uint64, text []byte) []byte {
	return append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", at)), text...)
}

func (c cosigner) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	return ed25519.Verify(c.key, cosigned(binary.BigEndian.Uint64(sig), text), sig[8:])
}

func keyHash(name string, key []byte) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n"), key...))
	return binary.BigEndian.Uint32(sum[:4])
}

func newCosigner(text string) cosigner {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		fail("not a verifier key: %s", text)
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	must(err, text)
	hash := keyHash(parts[0], key)
	if len(key) != 33 || key[0] != 4 || fmt.Sprintf("%08x", hash) != parts[1] {
		fail("not a witness's key: %s", text)
	}
	return cosigner{parts[0], hash, ed25519.PublicKey(key[1:])}
}

// A checkpoint opened with the log's key and those of all witnesses, each of which must have signed.
type opener struct {
	verifiers []note.Verifier
	origin    string
}

func (o opener) open(msg []byte) (tlog.Tree, error) {
	n, err := note.Open(msg, note.VerifierList(o.verifiers...))
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(n.Sigs) != len(o.verifiers) {
		return tlog.Tree{}, fmt.Errorf("%d of %d keys signed", len(n.Sigs), len(o.verifiers))
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != o.origin || lines[3] != "" {
		return tlog.Tree{}, fmt.Errorf("not a checkpoint of %s: %q", o.origin, n.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// Tiles as any file server has them. Paths of sumdb say the tile's height, which C2SP fixes at 8.
type tiles struct{ folder string }

func (t tiles) Height() int { return 8 }

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// Every entry of the bundles hashes to its leaf.
func (t tiles) entries(tree tlog.Tree, hashes tlog.HashReader) [][]byte {
	var all [][]byte
	for n := int64(0); n*256 < tree.N; n++ {
		width := tree.N - n*256
		if width > 256 {
			width = 256
		}
		tile := tlog.Tile{H: 8, L: 0, N: n, W: int(width)}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		must(err, "entries")
		for i := int64(0); i < width; i++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				fail("%s is too short", path)
			}
			length := 2 + int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:length])
			data = data[length:]
		}
		if len(data) > 0 {
			fail("%s is too long", path)
		}
	}
	var indexes []int64
	for n := range all {
		indexes = append(indexes, tlog.StoredHashIndex(0, int64(n)))
	}
	leaves, err := hashes.ReadHashes(indexes)
	must(err, "leaves")
	for n, entry := range all {
		if tlog.RecordHash(entry) != leaves[n] {
			fail("entry %d is not its leaf", n)
		}
	}
	return all
}

type proof struct {
	Proof          string   `json:"proof"`
	Sequence       int64    `json:"sequence"`
	Entry          []byte   `json:"entry"`
	From           int64    `json:"from"`
	To             int64    `json:"to"`
	FromRoot       string   `json:"fromRoot"`
	ToRoot         string   `json:"toRoot"`
	Path           []string `json:"path"`
	FromCheckpoint string   `json:"fromCheckpoint"`
	Checkpoint     string   `json:"checkpoint"`
}

func parse(text string) tlog.Hash {
	hash, err := tlog.ParseHash(text)
	must(err, text)
	return hash
}

func flipped(hash tlog.Hash) tlog.Hash {
	hash[7] ^= 1
	return hash
}

func equal(a, b []tlog.Hash) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func (p proof) path() []tlog.Hash {
	var path []tlog.Hash
	for _, text := range p.Path {
		path = append(path, parse(text))
	}
	return path
}

func (p proof) inclusion(o opener, hashes tlog.HashReader, entries [][]byte) {
	tree, err := o.open([]byte(p.Checkpoint))
	must(err, "checkpoint of a proof")
	path, leaf := p.path(), tlog.RecordHash(p.Entry)
	must(tlog.CheckRecord(path, tree.N, tree.Hash, p.Sequence, leaf), "inclusion")
	made, err := tlog.ProveRecord(tree.N, p.Sequence, hashes)
	must(err, "inclusion from tiles")
	if !equal(made, path) || !bytes.Equal(entries[p.Sequence], p.Entry) {
		fail("the tiles give another proof of %d", p.Sequence)
	}
	if tlog.CheckRecord(path, tree.N, tree.Hash, p.Sequence, flipped(leaf)) == nil {
		fail("an altered entry passes")
	}
	for i := range path {
		altered := append([]tlog.Hash{}, path...)
		altered[i] = flipped(altered[i])
		if tlog.CheckRecord(altered, tree.N, tree.Hash, p.Sequence, leaf) == nil {
			fail("an altered path passes")
		}
	}
	fmt.Printf("inclusion of %d in %d: holds\n", p.Sequence, tree.N)
}

func (p proof) consistency(o opener, hashes tlog.HashReader) {
	tree, err := o.open([]byte(p.Checkpoint))
	must(err, "checkpoint of a proof")
	old, path := parse(p.FromRoot), p.path()
	if tree.N != p.To || tree.Hash != parse(p.ToRoot) {
		fail("the proof is of another checkpoint")
	}
	if p.FromCheckpoint != "" {
		// Fewer witnesses may have signed the older one: the log's own key is enough.
		before, err := opener{o.verifiers[:1], o.origin}.open([]byte(p.FromCheckpoint))
		must(err, "older checkpoint")
		if before.N != p.From || before.Hash != old {
			fail("the proof starts elsewhere")
		}
	}
	must(tlog.CheckTree(path, tree.N, tree.Hash, p.From, old), "consistency")
	made, err := tlog.ProveTree(tree.N, p.From, hashes)
	must(err, "consistency from tiles")
	if !equal(made, path) {
		fail("the tiles give another proof from %d", p.From)
	}
	if tlog.CheckTree(path, tree.N, tree.Hash, p.From, flipped(old)) == nil {
		fail("an altered root passes")
	}
	fmt.Printf("consistency from %d to %d: holds\n", p.From, p.To)
}

func verify(args []string) {
	log, err := note.NewVerifier(args[0])
	must(err, "log key")
	o := opener{[]note.Verifier{log}, log.Name()}
	for _, text := range strings.Split(args[1], ",") {
		if text != "" {
			o.verifiers = append(o.verifiers, newCosigner(text))
		}
	}
	published := tiles{args[2]}
	msg, err := os.ReadFile(filepath.Join(args[2], "checkpoint"))
	must(err, "checkpoint")
	tree, err := o.open(msg)
	must(err, "checkpoint")
	// Another text, or another signature, is not opened.
	for _, at := range []int{len(o.origin) + 1, len(msg) - 10} {
		altered := append([]byte{}, msg...)
		altered[at] ^= 1
		if _, err := o.open(altered); err == nil {
			fail("an altered checkpoint passes")
		}
	}
	hashes := tlog.TileHashReader(tree, published)
	root, err := tlog.TreeHash(tree.N, hashes)
	must(err, "tiles")
	if root != tree.Hash {
		fail("the tiles give another root")
	}
	entries := published.entries(tree, hashes)
	fmt.Printf("checkpoint of %d, %d signatures, tiles and entries: hold\n", tree.N, len(o.verifiers))
	for _, file := range args[3:] {
		data, err := os.ReadFile(file)
		must(err, file)
		var p proof
		must(json.Unmarshal(data, &p), file)
		switch p.Proof {
		case "grandlivre/inclusion/v1":
			p.inclusion(o, hashes, entries)
		case "grandlivre/consistency/v1":
			p.consistency(o, hashes)
		default:
			fail("%s: kind %q", file, p.Proof)
		}
	}
}

// Signs a checkpoint's text under a name as log and as witness, with fresh keys: prints both keys, an empty line, the note.
func sign(name string) {
	text, err := io.ReadAll(os.Stdin)
	must(err, "standard input")
	skey, vkey, err := note.GenerateKey(rand.Reader, name)
	must(err, "key")
	signer, err := note.NewSigner(skey)
	must(err, "key")
	msg, err := note.Sign(&note.Note{Text: string(text)}, signer)
	must(err, "sign")
	public, private, err := ed25519.GenerateKey(rand.Reader)
	must(err, "key")
	key := append([]byte{4}, public...)
	at := uint64(time.Now().Unix())
	sig := binary.BigEndian.AppendUint32(nil, keyHash("witness."+name, key))
	sig = binary.BigEndian.AppendUint64(sig, at)
	sig = append(sig, ed25519.Sign(private, cosigned(at, text))...)
	id := make([]byte, 4)
	binary.BigEndian.PutUint32(id, keyHash("witness."+name, key))
	fmt.Printf("%s\nwitness.%s+%s+%s\n\n", vkey, name, hex.EncodeToString(id), base64.StdEncoding.EncodeToString(key))
	fmt.Printf("%s\u2014 witness.%s %s\n", msg, name, base64.StdEncoding.EncodeToString(sig))
}

func main() {
	switch {
	case len(os.Args) >= 5 && os.Args[1] == "verify":
		verify(os.Args[2:])
	case len(os.Args) == 3 && os.Args[1] == "sign":
		sign(os.Args[2])
	default:
		fmt.Fprintln(os.Stderr, "usage: sumdb verify LOG_KEY WITNESS_KEYS TILES PROOF... | sumdb sign NAME < CHECKPOINT_TEXT")
		os.Exit(64)
	}
}
