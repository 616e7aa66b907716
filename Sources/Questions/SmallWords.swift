/// Words that carry little of a question's subject: articles, pronouns, auxiliaries, prepositions, question words, and
/// the adverbs that may stand anywhere.
enum SmallWords {
    static let all = [
        "a", "an", "the", "this", "that", "these", "those", "some", "any", "each", "every", "such", "own", "same", "i",
        "me", "my", "mine", "you", "your", "yours", "he", "him", "his", "she", "her", "it", "its", "we", "us", "our",
        "they", "them", "their", "one", "ones", "someone", "somebody", "something", "anyone", "anything", "myself",
        "yourself", "itself", "themselves", "there", "here", "am", "is", "are", "was", "were", "be", "been", "being",
        "do", "does", "did", "done", "doing", "have", "has", "had", "having", "can", "could", "will", "would", "shall",
        "should", "may", "might", "must", "i'm", "it's", "i've", "i'd", "i'll", "what's", "that's", "there's", "who's",
        "how's", "where's", "let's", "what", "which", "who", "whom", "whose", "when", "where", "why", "how", "whether",
        "if", "because", "while", "and", "or", "but", "so", "as", "than", "then", "of", "in", "on", "at", "by", "for",
        "from", "to", "into", "onto", "with", "without", "about", "between", "through", "during", "before", "after",
        "over", "under", "up", "down", "out", "off", "per", "via", "vs", "versus", "like", "not", "no", "also", "too",
        "very", "just", "even", "still", "ever", "never", "always", "often", "again", "now", "already", "yet", "else",
        "much", "many", "more", "most", "please", "today", "instead", "maybe", "perhaps", "well", "only", "both",
        "either", "all", "hi", "hello", "hey", "thanks", "yes",
    ]

    /// Coordinators, articles, pronouns, and the verb `be`: two words around one of these stand in no order.
    static let neutral = [
        "and", "or", "&", "vs", "versus", "nor", "both", "between", "a", "an", "the", "this", "that", "i", "you", "it",
        "we", "they", "my", "your", "is", "are", "was", "were", "be", "there", "what", "which", "who",
    ]
}
