import Testing

@testable import Configuration

@Suite struct PostgresURLTests {
    /// Nil: no URL of PostgreSQL's; else whether it holds a password.
    @Test(
        arguments: [
            ("postgresql://me@db/refrain", false), ("postgres://db:5432/refrain?sslmode=verify-full", false),
            ("postgresql:///refrain?host=/run/postgresql", false),
            ("postgresql://a,b:5433/x?target_session_attrs=rw", false),
            ("postgresql://me@[::1]:5432/refrain", false), ("postgresql://db/refrain?passfile=/etc/pass", false),
            ("postgresql://me:secret@db/refrain", true), ("postgresql://me:@db/refrain", true),
            ("postgresql://db/refrain?user=me&password=secret", true), ("postgresql://db/refrain?sslpassword=x", true),
            ("postgresql://db/refrain?PassWord=x", true), ("postgresql://db/refrain?p%61ssword=x", true),
            ("postgresql://me:a@b@db/refrain", true), ("mysql://db/refrain", nil), ("refrain.db", nil), ("", nil),
            ("postgresql://db/re frain", nil), ("http://db/refrain", nil),
        ] as [(String, Bool?)])
    func isReadAsLibpqDoes(text: String, hasPassword: Bool?) {
        #expect(PostgresURL(text)?.hasPassword == hasPassword)
    }
}
