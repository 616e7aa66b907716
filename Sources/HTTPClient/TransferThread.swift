import Glibc
import Support

/// Runs work on a thread of its own that takes no signals.
///
/// With CURLOPT_NOSIGNAL libcurl leaves SIGPIPE alone, and OpenSSL writes to sockets that may be closed: the signal has
/// to be blocked, or a server that hangs up would end the process. Threads that libcurl starts inherit the mask.
func startTransferThread(_ work: @escaping @Sendable () -> Void) {
    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    let code = BackgroundThread.start(work)
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    precondition(code == 0, "the transfer thread cannot start: error \(code)")
}
