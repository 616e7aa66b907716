import CCurl

/// One libcurl easy handle with the buffer for its error message.
@safe struct EasyHandle: ~Copyable {
    let pointer: UnsafeMutableRawPointer
    private let message: UnsafeMutablePointer<CChar>

    init() {
        guard let pointer = unsafe curl_easy_init() else { fatalError("out of memory") }
        unsafe self.pointer = pointer
        unsafe message = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        unsafe set(CURLOPT_ERRORBUFFER, pointer: message)
    }

    deinit {
        unsafe curl_easy_cleanup(pointer)
        unsafe message.deallocate()
    }

    func set(_ option: CURLoption, _ value: Int) {
        EasyHandle.check(unsafe curl_easy_setopt_long(pointer, option, value))
    }

    func set(_ option: CURLoption, large value: Int) {
        EasyHandle.check(unsafe curl_easy_setopt_large(pointer, option, curl_off_t(value)))
    }

    /// libcurl copies the text.
    func set(_ option: CURLoption, _ value: String) {
        EasyHandle.check(unsafe curl_easy_setopt_string(pointer, option, value))
    }

    /// libcurl keeps the pointer, except for COPYPOSTFIELDS.
    @unsafe func set(_ option: CURLoption, pointer value: UnsafeMutableRawPointer?) {
        EasyHandle.check(unsafe curl_easy_setopt_pointer(pointer, option, value))
    }

    @unsafe func set(_ option: CURLoption, callback: curl_write_callback) {
        EasyHandle.check(unsafe curl_easy_setopt_callback(pointer, option, callback))
    }

    /// Whether everything up to sending the request is done: name, connection, TLS.
    var hasConnected: Bool {
        var microseconds: curl_off_t = 0
        EasyHandle.check(unsafe curl_easy_getinfo_large(pointer, CURLINFO_PRETRANSFER_TIME_T, &microseconds))
        return microseconds > 0
    }

    /// What libcurl says of the failure: its message, else the code's general text.
    func explanation(of code: CURLcode) -> String {
        let text = unsafe String(cString: message)
        return text.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : text
    }

    /// Every option used here exists in the library built against, with a value in range; what is left is memory.
    private static func check(_ code: CURLcode) {
        precondition(code == CURLE_OK, "libcurl refused an option: code \(code.rawValue)")
    }
}

/// A list of lines as libcurl keeps headers; must live as long as the handle that uses it.
@safe struct LineList: ~Copyable {
    private(set) var pointer: UnsafeMutablePointer<curl_slist>?

    deinit {
        unsafe curl_slist_free_all(pointer)
    }

    mutating func append(_ line: String) {
        guard let longer = unsafe curl_slist_append(pointer, line) else { fatalError("out of memory") }
        unsafe pointer = longer
    }
}
