extension Crafted {
    /// Answers of a chat server.
    static let answers: [Make] = [
        // JSON of great depth, in the answer or in what the model says.
        { random, _ in answer(nested(&random, open: "[", close: "]", within: "", end: "")) },
        { random, _ in
            said(nested(&random, open: "{\"a\":", close: "}", within: "```json ", end: "```"))
        },
        // Thinking that never ends, or that begins again and again.
        { random, _ in said(bytes(repeated("<think>", count(&random)) + "Score: 3")) },
        { random, _ in said(bytes(repeated("</think>Score: 4", count(&random)))) },
        // Any claimed length, and any status.
        { random, _ in
            let status = random.pick([100, 101, 200, 204, 301, 304, 401, 407, 429, 500, 503, 999])
            let head = "HTTP/1.1 \(status) x\r\nContent-Length: \(size(&random))\r\n"
            let wait = "Retry-After: \(size(&random))"
            let headers = [wait, "Location: /v1", "Content-Encoding: gzip"]
            return bytes(head + random.pick(headers) + "\r\n\r\n{}")
        },
        // Very many headers, tokens or digits.
        { random, _ in
            let headers = repeated("X-A: b\r\n", count(&random) / 10)
            return bytes("HTTP/1.1 200 OK\r\n\(headers)Content-Length: 2\r\n\r\n{}")
        },
        { random, _ in
            let token = "{\"token\": \"3\", \"logprob\": -1e308, \"top_logprobs\": []}, "
            let tokens = "[\(repeated(token, count(&random) / 10)){}]"
            let message = "{\"content\": \"{\\\"score\\\": 3}\"}"
            let choice = "{\"message\": \(message), \"logprobs\": {\"content\": \(tokens)}}"
            return answer(bytes("{\"choices\": [\(choice)]}"))
        },
        { random, _ in said(bytes("Score: \(repeated("5", count(&random)))/5")) },
    ]

    private static func answer(_ body: [UInt8]) -> [UInt8] {
        bytes("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n") + body
    }

    /// A good answer of a model that says this.
    private static func said(_ text: [UInt8]) -> [UInt8] {
        let escaped = text.flatMap { byte -> [UInt8] in
            [UInt8(ascii: "\""), UInt8(ascii: "\\")].contains(byte)
                ? [UInt8(ascii: "\\"), byte] : [byte]
        }
        return answer(
            bytes("{\"choices\": [{\"message\": {\"content\": \"") + escaped + bytes("\"}}]}"))
    }
}
