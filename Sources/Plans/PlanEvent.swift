/// What happens in a run.
package enum PlanEvent: Sendable {
    /// A step begins, though its condition may not hold.
    case began(String)
    case ended(StepRecord)
}
