import CCurl

/// The libcurl multi handle: every transfer and the pool of open connections.
///
/// Unchecked, because libcurl itself draws the line: `curl_multi_wakeup` may be called from any thread at any time, all
/// other functions only from the transfer thread, which is the only one to hold a `TransferLoop`.
@safe final class MultiHandle: @unchecked Sendable {
    private let pointer: UnsafeMutableRawPointer

    /// Safe to run from several threads since libcurl 7.84, and only once here.
    private static let library: Void = {
        let code = curl_global_init_default()
        precondition(code == CURLE_OK, "libcurl cannot start: code \(code.rawValue)")
    }()

    init(connectionsMax: Int) {
        _ = MultiHandle.library
        guard let pointer = unsafe curl_multi_init() else { fatalError("libcurl cannot make a multi handle") }
        unsafe self.pointer = pointer
        MultiHandle.check(unsafe curl_multi_setopt_long(pointer, CURLMOPT_MAXCONNECTS, connectionsMax))
    }

    deinit {
        unsafe curl_multi_cleanup(pointer)
    }

    /// Ends the current `poll`, or the next one if none is under way. From any thread.
    func wakeUp() {
        // Fails only when the pipe inside is broken or full, and a full one wakes as well.
        _ = unsafe curl_multi_wakeup(pointer)
    }

    func add(_ easy: borrowing EasyHandle) {
        MultiHandle.check(unsafe curl_multi_add_handle(pointer, easy.pointer))
    }

    func remove(_ easy: borrowing EasyHandle) {
        MultiHandle.check(unsafe curl_multi_remove_handle(pointer, easy.pointer))
    }

    /// Does what can be done without waiting.
    func perform() {
        var running: Int32 = 0
        MultiHandle.check(unsafe curl_multi_perform(pointer, &running))
    }

    /// Waits for a socket, a timer of libcurl or a wake-up.
    func poll(milliseconds: Int32) {
        MultiHandle.check(unsafe curl_multi_poll(pointer, nil, 0, milliseconds, nil))
    }

    /// A transfer that has ended, by its CURLOPT_PRIVATE number; nil when there is no further one.
    func nextFinished() -> (id: Int, code: CURLcode)? {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(pointer, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            let code = unsafe message.pointee.data.result
            var id: UnsafeMutableRawPointer?
            let result = unsafe curl_easy_getinfo_pointer(message.pointee.easy_handle, CURLINFO_PRIVATE, &id)
            precondition(result == CURLE_OK, "libcurl lost a transfer's number")
            return (Int(bitPattern: id), code)
        }
        return nil
    }

    /// The handle is used as documented, so that what is left to fail is memory.
    private static func check(_ code: CURLMcode) {
        precondition(code == CURLM_OK, "libcurl failed: \(unsafe String(cString: curl_multi_strerror(code)))")
    }
}
