import Commerce

/// What a reader of tags meets: XML and OFX's SGML look the same from here.
enum MarkupEvent: Equatable {
    /// A start tag; `currency` is its attribute Ccy, empty without one.
    case start(String, currency: String)
    case text(String)
    case end(String)
}

/// Tags one after the other, bounded in depth and size.
protocol Markup: AnyObject {
    var source: StatementSource { get }
    /// Line of the event at hand, from 1.
    var line: Int? { get }
    /// The next event; nil at the end of the file.
    func next() throws(StatementError) -> MarkupEvent?
}

/// An element with all that is in it.
struct MarkupElement {
    let name: String
    let currency: String
    let line: Int?
    /// Its own text, cleaned.
    var text = ""
    var children: [MarkupElement] = []

    /// The first element down a path of names.
    subscript(_ path: String...) -> MarkupElement? {
        var element = self
        for name in path {
            guard let child = element.children.first(where: { $0.name == name }) else { return nil }
            element = child
        }
        return element
    }

    /// The text at the end of a path of names, empty where there is none.
    func text(_ path: String...) -> String {
        var element = self
        for name in path {
            guard let child = element.children.first(where: { $0.name == name }) else { return "" }
            element = child
        }
        return element.text
    }

    /// The direct children of a name.
    func all(_ name: String) -> [MarkupElement] { children.filter { $0.name == name } }
}

extension Markup {
    /// Reads the element whose start tag was just met, up to its end tag.
    ///
    /// Elements called `part` go to `take` as soon as they end and are not kept: a batch of any length takes the memory of one of its details.
    func element(
        _ name: String, currency: String, part: String = "",
        take: (MarkupElement) throws(StatementError) -> Void = { (_) throws(StatementError) in }
    ) throws(StatementError) -> MarkupElement {
        var open = [MarkupElement(name: name, currency: currency, line: line)]
        var elementCount = 0
        while let event = try next() {
            switch event {
            case .start(let name, let currency):
                elementCount += 1
                guard elementCount <= source.limits.elementsMax else {
                    throw source.tooMany(
                        Text("éléments dans « \(open[0].name) »", "elements in \(open[0].name)"),
                        max: source.limits.elementsMax, line: line)
                }
                open.append(MarkupElement(name: name, currency: currency, line: line))
            case .text(let text):
                let last = open.count - 1
                guard open[last].text.utf8.count + text.utf8.count <= source.limits.fieldBytesMax else {
                    throw source.tooMany(
                        Text("octets dans « \(open[last].name) »", "bytes in \(open[last].name)"),
                        max: source.limits.fieldBytesMax, line: line)
                }
                open[last].text += text
            case .end:
                guard var closed = open.popLast() else { break }
                closed.text = FieldText.clean(closed.text)
                if open.isEmpty { return closed }
                if !part.isEmpty, closed.name == part {
                    elementCount = 0
                    try take(closed)
                } else {
                    open[open.count - 1].children.append(closed)
                }
            }
        }
        throw source.refusal(
            .malformed, line: line, field: name,
            Text("le fichier s’arrête dans cet élément", "the file stops inside this element"),
            accepted: Text("</\(name)>", "</\(name)>"))
    }
}
