import Testing

@testable import Configuration

struct ReloadTests {
    private let running = Settings(data: "/d", model: "/m")

    @Test func whatIsFixedStaysAsItWas() {
        var new = running
        new.threads = 7
        new.deciding.floor = 0.7
        new.mini.timeoutSeconds = 99
        let (settings, changed, fixed) = new.takenOver(from: running)
        #expect(changed == ["mini.timeout_seconds", "floor"] && fixed == ["threads"])
        #expect(settings.threads == running.threads && settings.deciding.floor == 0.7)
        #expect(running.takenOver(from: running).changed == [])
    }

    @Test func whatIsFixedIsASetting() {
        #expect(Setting.fixedAtStart.isSubset(of: Setting.all.map(\.key)))
    }
}
