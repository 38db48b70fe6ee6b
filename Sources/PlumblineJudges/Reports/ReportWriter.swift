import Foundation
import PlumblineData

/// Lets a chat model write a ``PartReport``, and refuses one that says more than the numbers.
public struct ReportWriter {
    private let client: ChatClient

    /// - Parameters:
    ///   - cache: the folder of accepted answers; `nil` for none.
    ///   - check: called while waiting; what it throws ends the request.
    ///   - note: called with a line about the server.
    public init(
        _ settings: ChatSettings, cache: String?, check: @escaping () throws -> Void = {},
        note: @escaping (String) -> Void = { _ in }
    ) {
        client = ChatClient(settings, cache: cache, check: check, note: note)
    }

    /// - Throws: ``ReportError`` for an input that is too small, before anything is asked, and for
    ///   a report that is refused; ``ServerError``.
    public func report(
        _ summary: PartSummary, fewest: Int = PartReport.fewestImages
    ) throws -> PartReport {
        try PartReport.check(summary, fewest: fewest)
        let data = try WholeFile.read(summary.path, most: 1 << 18)
        let request = ChatRequest(
            prompt: Self.task + String(decoding: data, as: UTF8.self), schema: Self.schema)
        let result = try client.ask(request) { reply in
            (try? Self.report(reply, summary)) != nil
        }
        switch result {
        case .success(let reply): return try Self.report(reply, summary)
        case .failure(let failure):
            let detail = failure.detail.isEmpty ? "" : ": \(failure.detail)"
            throw ReportError(
                client.settings.url.absoluteString, "no report: \(failure.reason)\(detail)")
        }
    }

    private static func report(_ reply: ChatReply, _ summary: PartSummary) throws -> PartReport {
        let text = AnswerText.withoutThinking(reply.content)
        guard let object = AnswerText.object(text) else {
            throw ReportError("the report", "is not one JSON object")
        }
        do {
            let fields = try JSONFields(.object(object), "the report", "it")
            let classes = try fields.list("classes").map { entry in
                PartReport.ClassFinding(
                    name: try entry.text("class"), finding: try entry.text("finding"),
                    parts: try entry.list("parts").map {
                        PartReport.PartFinding(
                            part: try $0.text("part"), finding: try $0.text("finding"))
                    })
            }
            return try PartReport(
                author: "chat \(reply.model)", summary: try fields.text("summary"),
                classes: classes
            ).checked(by: summary)
        } catch let problem as DatasetError {
            throw ReportError(problem)
        }
    }

    private static var schema: JSONSchema {
        let part = JSONSchema.object(["part": JSONSchema.text, "finding": JSONSchema.text])
        let entry = JSONSchema.object([
            "class": JSONSchema.text, "finding": JSONSchema.text,
            "parts": ["type": "array", "items": part],
        ])
        return JSONSchema(
            name: "part_report",
            schema: JSONSchema.object([
                "summary": JSONSchema.text, "classes": ["type": "array", "items": entry],
            ]))
    }

    private static let task = """
        The JSON below says how well the heat maps of a classifier mark the parts of objects. ph \
        is the harmonic mean of the precision of the marked region and the recall of the part; q1, \
        q2 and q3 are quartiles over images, from 0 to 1, and higher is better.

        Write a short report for engineers: a summary, a finding for each class, and a finding for \
        each part. Keep all classes and parts, in their order. Use only numbers that are in the \
        JSON, as they are there or rounded to two decimals. Do not compute other numbers.

        Answer with one JSON object and nothing else:
        {"summary": "...", "classes": [{"class": "...", "finding": "...", \
        "parts": [{"part": "...", "finding": "..."}]}]}

        JSON:

        """
}
