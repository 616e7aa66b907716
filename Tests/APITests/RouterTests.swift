import HTTP
import Store
import Testing

@testable import API

@Suite struct RouterTests {
    private let router: Router = {
        var router = Router()
        router.add("GET", "/a") { _ in Response(200) }
        router.add("DELETE", "/a") { _ in Response(204) }
        router.add("GET", "/a/{id}/b") { Response(200, body: .bytes(Array(($0.parameters["id"] ?? "").utf8))) }
        router.add("GET", "/fails") { _ in throw APIError(418, "no", param: "p", code: "c") }
        router.add("GET", "/leaves") { _ in throw CancellationError() }
        router.add("DELETE", "/stored") { _ in throw StoreError.noMemory("a limit of 64 MB", path: "/data") }
        return router
    }()

    @Test(arguments: [
        ("GET", "/a", 200), ("HEAD", "/a", 200), ("GET", "/a/", 200), ("DELETE", "/a", 204), ("POST", "/a", 405),
        ("GET", "/", 404), ("GET", "/a/7", 404), ("GET", "/a/7/b", 200), ("GET", "/a/7/c", 404),
        ("GET", "/A", 404), ("GET", "/fails", 418), ("GET", "/leaves", 499),
        ("DELETE", "/stored", 503),
    ])
    func findsTheRoute(method: String, path: String, status: Int) async {
        #expect(await router.respond(to: Request(method, path)).status == status)
    }

    @Test func readsParameters() async {
        #expect(await router.respond(to: Request("GET", "/a/x y/b")).body.bytes == Array("x y".utf8))
    }

    @Test func saysWhatIsAllowed() async {
        let response = await router.respond(to: Request("PUT", "/a"))
        #expect(response.headers["Allow"] == "GET, DELETE")
    }
}
