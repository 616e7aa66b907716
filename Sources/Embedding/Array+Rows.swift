extension [Float] {
    /// A part of the array as a span whose elements count from 0.
    mutating func withMutableSpan<Result>(
        of range: Range<Int>, _ body: (inout MutableSpan<Float>) -> Result
    ) -> Result {
        unsafe withUnsafeMutableBufferPointer { elements in
            precondition(range.lowerBound >= 0 && range.upperBound <= elements.count, "a part of the array")
            var span = unsafe MutableSpan(_unsafeElements: UnsafeMutableBufferPointer(rebasing: elements[range]))
            return body(&span)
        }
    }
}
