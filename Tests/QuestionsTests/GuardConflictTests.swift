import Testing

@testable import Questions

/// A question, a candidate, and the words in which they conflict.
typealias Case = (question: String, candidate: String, left: [String], right: [String])

/// Pairs that must not be served without a check: for each, the guard names the kind and the words.
@Suite struct GuardConflictTests {
    private func expect(_ kind: Conflict.Kind, _ pair: Case, location: SourceLocation = #_sourceLocation) {
        let found = Guard.conflicts(pair.question, pair.candidate)
        let expected = Conflict(kind, question: pair.left, candidate: pair.right)
        #expect(found.contains(expected), "\(found)", sourceLocation: location)
    }

    @Test(
        arguments: [
            ("What changed in Debian 11?", "What changed in Debian 12?", ["11"], ["12"]),
            ("Is Python 3.1 supported?", "Is Python 3.10 supported?", ["3.1"], ["3.10"]),
            ("How do I move to v2?", "How do I move to v3?", ["2"], ["3"]),
            ("Where is the 64-bit image?", "Where is the 32-bit image?", ["64"], ["32"]),
            ("Can I return it within 14 days?", "Can I return it within 30 days?", ["14"], ["30"]),
            ("Can I return it within 14 days?", "Can I return it?", ["14"], []),
            ("What is 1,000 in words?", "What is 10,000 in words?", ["1000"], ["10000"]),
            ("Who won in 1998?", "Who won in 2006?", ["1998"], ["2006"]), ("What is 2 and 2?", "What is 2?", ["2"], []),
            ("Is there a 3rd edition?", "Is there a 4th edition?", ["3"], ["4"]),
            ("Is there a third edition?", "Is there a fourth edition?", ["third"], ["fourth"]),
            ("Who was the first king?", "Who was the second king?", ["first"], ["second"]),
            ("What is the capital of the second one?", "What is the capital?", ["second"], []),
            ("Can two people share it?", "Can three people share it?", ["two"], ["three"]),
            ("Is two hundred enough?", "Is two thousand enough?", ["two hundred"], ["two thousand"]),
            ("Is it 5 million people?", "Is it 5 billion people?", ["5 million"], ["5 billion"]),
            ("Can I live on 10k a year?", "Can I live on 10 a year?", ["10k"], ["10"]),
            ("Who started World War I?", "Who started World War II?", ["I"], ["II"]),
            ("Is it open at 10:30?", "Is it open at 10:45?", ["10:30"], ["10:45"]),
            ("Is 2024-01-31 free?", "Is 2024-02-01 free?", ["january", "31"], ["february", "1"]),
            ("Is kill -9 safe?", "Is kill -15 safe?", ["-9"], ["-15"]),
            ("Is -5 cold?", "Is 5 cold?", ["-5"], ["5"]),
            ("Are you open in January?", "Are you open in June?", ["January"], ["June"]),
            ("can i come on monday", "can i come on friday", ["monday"], ["friday"]),
            ("Is it due in May?", "Is it due in March?", ["May"], ["March"]),
            ("Is 0.5 a lot?", "Is 0.05 a lot?", ["0.5"], ["0.05"]),
            ("Rooms 1,2 please", "Rooms 1,3 please", ["2"], ["3"]),
            ("Is half enough?", "Is it enough?", ["half"], []),
        ] as [Case])
    func numbers(pair: Case) { expect(.number, pair) }

    @Test(
        arguments: [
            ("How far is 5 km?", "How far is 5 miles?", ["km"], ["miles"]),
            ("Is 5kg heavy?", "Is 5 lb heavy?", ["5kg"], ["lb"]),
            ("Is $20 enough?", "Is €20 enough?", ["$20"], ["€20"]),
            ("Is it 20 degrees Celsius?", "Is it 20 degrees Fahrenheit?", ["Celsius"], ["Fahrenheit"]),
            ("Is 10 MB enough?", "Is 10 GB enough?", ["MB"], ["GB"]),
            ("Do you close at 9 am?", "Do you close at 9 pm?", ["am"], ["pm"]),
            ("Do you open at 9am?", "Do you open at 9pm?", ["9am"], ["9pm"]),
            ("Can I lose weight in a week?", "Can I lose weight in a year?", ["week"], ["year"]),
            ("Is it done in a second?", "Is it done in a minute?", ["second"], ["minute"]),
            ("Is 5% much?", "Is $5 much?", ["5%"], ["$5"]),
            ("How many feet is that?", "How many metres is that?", ["feet"], ["metres"]),
        ] as [Case])
    func units(pair: Case) { expect(.number, pair) }

    @Test(
        arguments: [
            ("Why does it start?", "Why doesn't it start?", [], ["doesn't"]),
            ("Why does it start?", "Why doesn’t it start?", [], ["doesn't"]),
            ("why does it start", "why doesnt it start", [], ["doesnt"]),
            ("Can I pay by card?", "Can't I pay by card?", [], ["can't"]),
            ("Is it safe?", "Is it not safe?", [], ["not"]),
            ("Which plan has limits?", "Which plan has no limits?", [], ["no"]),
            ("How do I log in with a password?", "How do I log in without a password?", [], ["without"]),
            ("Should I sell it?", "Should I never sell it?", [], ["never"]),
            ("Is everybody invited?", "Is nobody invited?", [], ["nobody"]),
            ("Which fruit is sweet?", "Which fruit is sweet except apples?", [], ["except"]),
            ("I cannot log in", "I can log in", ["cannot"], []),
            ("Why did the upload work?", "Why did the upload fail?", [], ["fail"]),
            ("Is it a profit company?", "Is it a non-profit company?", [], ["non-profit"]),
            ("Why not use it?", "Why use it?", ["not"], []),
            ("What is not included?", "What is included?", ["not"], []),
            ("Do I owe nothing?", "Do I owe something?", ["nothing"], []),
        ] as [Case])
    func negations(pair: Case) { expect(.negation, pair) }

    @Test(
        arguments: [
            ("How do I enable it?", "How do I disable it?", ["enable"], ["disable"]),
            ("Enabling dark mode?", "Disabled dark mode?", ["enabling"], ["disabled"]),
            ("How do I lock the door?", "How do I unlock the door?", ["lock"], ["unlock"]),
            ("How do I install the tool?", "How is the tool uninstalled?", ["install"], ["uninstalled"]),
            ("How do I turn it on?", "How do I turn it off?", ["on"], ["off"]),
            ("How do I log in?", "How do I log out?", ["log in"], ["log out"]),
            ("When are you opening?", "When are you closing?", ["opening"], ["closing"]),
            ("Who bought it?", "Who sold it?", ["bought"], ["sold"]),
            ("Who won the match?", "Who lost the match?", ["won"], ["lost"]),
            ("Is it legal to park here?", "Is it illegal to park here?", ["legal"], ["illegal"]),
            ("What is the minimum?", "What is the maximum?", ["minimum"], ["maximum"]),
            ("the cheapest and best hotel", "the cheapest and worst hotel", ["best"], ["worst"]),
            ("Should I eat before a run?", "Should I eat after a run?", ["before"], ["after"]),
            ("Does it run faster?", "Does it run slower?", ["faster"], ["slower"]),
            ("Import my contacts", "Export my contacts", ["import"], ["export"]),
            ("Is the service available?", "Is the service unavailable?", ["available"], ["unavailable"]),
            ("What are the advantages?", "What are the disadvantages?", ["advantages"], ["disadvantages"]),
            ("Can a man apply?", "Can a woman apply?", ["man"], ["woman"]),
            ("Flights to Rome", "Flights from Rome", ["to rome"], ["from rome"]),
            ("Is it good or is it sold?", "Is it bad or is it bought?", ["good", "sold"], ["bad", "bought"]),
            ("Is it there today?", "Is it there tomorrow?", ["today"], ["tomorrow"]),
            ("stopping a job", "starting a job", ["stopping"], ["starting"]),
            ("How do I upload a file?", "How do I download a file?", ["upload"], ["download"]),
            ("Is it an online course?", "Is it an offline course?", ["online"], ["offline"]),
            ("How do I safely do it?", "How do I dangerously do it?", ["safely"], ["dangerously"]),
        ] as [Case])
    func antonyms(pair: Case) { expect(.antonym, pair) }

    @Test(
        arguments: [
            ("What does ls -a do?", "What does ls -A do?", ["-a"], ["-A"]),
            ("What does --all do?", "What does --none do?", ["--all"], ["--none"]),
            ("What is in /etc?", "What is in /usr?", ["/etc"], ["/usr"]),
            ("What is $HOME?", "What is $PATH?", ["$HOME"], ["$PATH"]),
            ("What does `map` do?", "What does `filter` do?", ["map"], ["filter"]),
            ("What does \"love\" mean?", "What does \"hate\" mean?", ["love"], ["hate"]),
            ("What does “love” mean?", "What does “life” mean?", ["love"], ["life"]),
            ("Is ann@x.org right?", "Is bob@x.org right?", ["ann@x.org"], ["bob@x.org"]),
            ("How do I read main.c?", "How do I read util.c?", ["main.c"], ["util.c"]),
            ("what is node.js", "what is vue.js", ["node.js"], ["vue.js"]),
            ("what does max_size do", "what does min_size do", ["max_size"], ["min_size"]),
            ("what is c++", "what is c#", ["c++"], ["c#"]),
            ("what is c", "what is c++", [], ["c++"]),
            ("What does == do in it?", "What does = do in it?", ["=="], ["="]),
            ("What does && do?", "What does || do?", ["&&"], ["||"]),
            ("What is 2 + 3?", "What is 2 * 3?", ["+"], ["*"]), ("What is 2+3?", "What is 2*3?", ["2+3"], ["2*3"]),
            ("what does sort() do", "what does find() do", ["sort()"], ["find()"]),
            ("what is .net", "what is .ssh", [".net"], [".ssh"]),
            (
                "what does https://a.org/x say", "what does https://a.org/y say", ["https://a.org/x"],
                ["https://a.org/y"]
            ),
            ("what does \"?\" mean", "what does \"!\" mean", ["?"], ["!"]),
            ("what is in ~/mail", "what is in ~/Mail", ["~/mail"], ["~/Mail"]),
            ("is a b.tech enough", "is an m.tech enough", ["b.tech"], ["m.tech"]),
        ] as [Case])
    func literals(pair: Case) { expect(.literal, pair) }

    @Test(
        arguments: [
            ("What is the capital of France?", "What is the capital of Spain?", ["France"], ["Spain"]),
            ("What is the capital of France?", "what is the capital of spain", ["France"], []),
            ("What Is The Capital Of France", "What is the capital of Spain?", [], ["Spain"]),
            ("Does it run on Windows?", "Does it run on Linux?", ["Windows"], ["Linux"]),
            ("Does it run on Java?", "Does it run on JavaScript?", ["Java"], ["JavaScript"]),
            ("Who leads the WHO?", "Who leads the IMF?", ["WHO"], ["IMF"]),
            ("What is DNS good for?", "What is DHCP good for?", ["DNS"], ["DHCP"]),
            ("Does the US tax it?", "Does the UK tax it?", ["US"], ["UK"]),
            ("Was it Iran's oil?", "Was it Iraq's oil?", ["Iran's"], ["Iraq's"]),
            ("Is there a visa for Austria?", "Is there a visa for Australia?", ["Austria"], ["Australia"]),
            ("Who is Ada?", "Who is she?", ["Ada"], []),
            ("Is he from São Paulo?", "Is he from São Luís?", ["Paulo"], ["Luís"]),
        ] as [Case])
    func names(pair: Case) { expect(.name, pair) }

    @Test(
        arguments: [
            (
                "How do I get from Rome to Paris?", "How do I get from Paris to Rome?", ["rome", "to", "paris"],
                ["paris", "to", "rome"]
            ),
            (
                "Is tea better than coffee?", "Is coffee better than tea?", ["tea", "than", "coffee"],
                ["coffee", "than", "tea"]
            ),
            ("Why do dogs hate cats?", "Why do cats hate dogs?", ["dogs", "hate", "cats"], ["cats", "hate", "dogs"]),
            (
                "Can I eat eggs after milk?", "Can I eat milk after eggs?", ["eggs", "after", "milk"],
                ["milk", "after", "eggs"]
            ),
            (
                "How do I convert a PDF into an image?", "How do I convert an image into a PDF?",
                ["pdf", "into", "image"], ["image", "into", "pdf"]
            ),
            ("Should I work to live?", "Should I live to work?", ["work", "to", "live"], ["live", "to", "work"]),
        ] as [Case])
    func orders(pair: Case) { expect(.order, pair) }

    @Test func namesTheKindsInOrder() {
        let kinds = Guard.conflicts("Can I enable 2 in Rome?", "Can't I disable 3 in Paris?").map(\.kind)
        #expect(kinds == [.number, .negation, .antonym, .name])
    }
}
