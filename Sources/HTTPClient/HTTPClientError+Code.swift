import CCurl

extension HTTPClientError.Kind {
    /// What a libcurl code means to a caller.
    ///
    /// - Parameters:
    ///   - hasConnected: whether the request could be sent at all.
    ///   - isTimeUp: whether the request's own time is over, and not only the time for connecting.
    init(_ code: CURLcode, hasConnected: Bool, isTimeUp: Bool) {
        switch code {
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_ENGINE_NOTFOUND,
            CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED:
            self = .tls
        case CURLE_OPERATION_TIMEDOUT:
            self = hasConnected || isTimeUp ? .timedOut : .cannotConnect
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_PROXY:
            self = .cannotConnect
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            // A proxy's refusal reads as an error of receiving; the request itself was never sent then.
            self = hasConnected ? .cut : .cannotConnect
        case CURLE_FILESIZE_EXCEEDED:
            self = .tooLarge
        case CURLE_URL_MALFORMAT:
            self = .invalidURL
        default:
            self = .other
        }
    }
}
