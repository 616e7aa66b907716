import Support

/// A question with turns before it is found by the whole conversation, or by what it would be if it were asked alone.
extension SemanticCache {
    /// The best stored answer to the last question of a conversation as it would be asked alone; a miss where mini may not
    /// be asked for that, or cannot tell it.
    ///
    /// The answer that a model then gives belongs to the conversation: it may speak of what was said before.
    func similar(_ query: Query, after conversation: Conversation) async -> Reply {
        var receipt = Receipt(.miss)
        guard let rewriter = parts.rewriter else { return Reply(.none, receipt) }
        let watch = Stopwatch()
        let question: String?
        if let written = rewritings[conversation] {
            question = written
        } else {
            let (written, cost, failure) = await rewriter.standalone(conversation)
            receipt.cost = cost
            if let failure {
                parts.log.warning("mini has not rewritten a question, it is treated as a miss: \(failure)")
            } else {
                rewritings.keep(written, for: conversation)
            }
            question = written
        }
        receipt.latency.rewrite = watch.milliseconds
        guard let question else { return Reply(.none, receipt) }
        var alone = Query(question, scope: conversation.scope, directives: query.directives)
        alone.directives.isExactOnly = false
        alone = treated(alone)
        if !alone.directives.mayRead { return Reply(.none, receipt) }
        var reply: Reply
        if let stored = exact(&alone) { reply = stored } else { reply = await similar(alone) }
        reply.receipt.rewritten = parts.personalData.shown(question)
        reply.receipt.latency.rewrite = receipt.latency.rewrite
        reply.receipt.cost = reply.receipt.cost.flatMap { spent in receipt.cost.map { spent + $0 } }
        reply.receipt.saved = reply.receipt.saved.flatMap { saved in receipt.cost.map { saved - $0 } }
        return reply
    }
}
