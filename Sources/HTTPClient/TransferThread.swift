import Glibc

/// Runs work on a thread of its own that takes no signals.
///
/// With CURLOPT_NOSIGNAL libcurl leaves SIGPIPE alone, and OpenSSL writes to sockets that may be closed: the signal has
/// to be blocked, or a server that hangs up would end the process. Threads that libcurl starts inherit the mask.
func startTransferThread(_ work: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }
    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    var thread = pthread_t()
    let box = unsafe Unmanaged.passRetained(Box(work)).toOpaque()
    let code = unsafe pthread_create(
        &thread, nil,
        { argument in
            guard let argument = unsafe argument else { return nil }
            unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().work()
            return nil
        }, box)
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    precondition(code == 0, "the transfer thread cannot start: error \(code)")
    pthread_detach(thread)
}
