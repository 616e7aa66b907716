import CSieve

/// Which of the kernel's ways this processor takes.
enum SieveKernel {
    /// From the fastest to the one that every processor has.
    static let supported = [csieve_avx512_vnni, csieve_avx_vnni, csieve_avx2, csieve_portable].filter(csieve_supports)
    static let fastest = supported[0]
}
