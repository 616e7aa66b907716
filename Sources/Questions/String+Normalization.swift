import CUTF8Proc

/// Unicode's normal forms, by utf8proc (Unicode Standard Annex 15).
extension String {
    /// The canonical composition, NFC.
    var composed: String { mapped(UTF8PROC_COMPOSE) }

    /// The canonical decomposition, NFD.
    var decomposed: String { mapped(UTF8PROC_DECOMPOSE) }

    private func mapped(_ form: utf8proc_option_t) -> String {
        if utf8.allSatisfy({ $0 < 0x80 }) { return self }
        let options = utf8proc_option_t(rawValue: form.rawValue | UTF8PROC_STABLE.rawValue)
        var text = self
        return text.withUTF8 { source in
            var result: UnsafeMutablePointer<UInt8>?
            let count = unsafe utf8proc_map(source.baseAddress, source.count, &result, options)
            // Only memory that cannot be had ends here: a string of Swift's is valid.
            guard count >= 0, let result = unsafe result else { fatalError("cannot normalize \(source.count) bytes") }
            defer { unsafe free(result) }
            return unsafe String(decoding: UnsafeBufferPointer(start: result, count: count), as: UTF8.self)
        }
    }
}
