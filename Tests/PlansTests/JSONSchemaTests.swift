import JSON
import Testing

@testable import Plans

struct JSONSchemaTests {
    private static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "risk": ["type": "string", "enum": ["low", "high"]],
            "confidence": ["type": "number", "minimum": 0, "maximum": 1],
            "tags": ["type": "array", "items": ["type": "string"], "minItems": 1, "maxItems": 2],
            "line": ["type": ["integer", "null"]],
        ],
        "required": ["risk", "confidence", "tags", "line"],
        "additionalProperties": false,
    ]

    @Test(arguments: [
        (#"{"risk":"low","confidence":0.5,"tags":["a"],"line":3}"#, nil),
        (#"{"risk":"low","confidence":1,"tags":["a","b"],"line":null}"#, nil),
        (#"[]"#, "the output is an array, not object"),
        (
            #"{"risk":"odd","confidence":1,"tags":["a"],"line":1}"#,
            #"the output.risk is "odd", not one of ["low","high"]"#
        ),
        (#"{"risk":"low","confidence":1.5,"tags":["a"],"line":1}"#, "the output.confidence is above 1.0"),
        (#"{"risk":"low","confidence":-1,"tags":["a"],"line":1}"#, "the output.confidence is below 0.0"),
        (#"{"risk":"low","confidence":1,"tags":[],"line":1}"#, "the output.tags has fewer than 1"),
        (#"{"risk":"low","confidence":1,"tags":["a","b","c"],"line":1}"#, "the output.tags has more than 2"),
        (#"{"risk":"low","confidence":1,"tags":["a",2],"line":1}"#, "the output.tags[1] is a number, not string"),
        (#"{"risk":"low","confidence":1,"tags":["a"],"line":1.5}"#, "the output.line is a number, not integer or null"),
        (#"{"risk":"low","confidence":1,"tags":["a"]}"#, #"the output lacks "line""#),
        (
            #"{"risk":"low","confidence":1,"tags":["a"],"line":1,"x":1}"#,
            #"the output has "x", which the schema does not know"#
        ),
    ])
    func outputsAreChecked(_ text: String, _ expected: String?) throws {
        #expect(try JSONSchema(Self.schema).problem(in: try JSONValue.parse(text)) == expected)
    }

    @Test func onlyAClosedSchemaIsStrict() throws {
        #expect(try JSONSchema(Self.schema).isStrict)
        #expect(try !JSONSchema(["type": "object", "properties": ["a": ["type": "string"]]]).isStrict)
        #expect(try JSONSchema(["type": "array", "items": ["type": "string"]]).isStrict)
    }
}
