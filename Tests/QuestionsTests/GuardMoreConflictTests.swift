import Testing

@testable import Questions

/// More pairs that must not be served without a check, by the kind of conflict.
@Suite struct GuardMoreConflictTests {
    private func expect(_ kind: Conflict.Kind, _ pair: Case, location: SourceLocation = #_sourceLocation) {
        let found = Guard.conflicts(pair.question, pair.candidate)
        let expected = Conflict(kind, question: pair.left, candidate: pair.right)
        #expect(found.contains(expected), "\(found)", sourceLocation: location)
    }

    @Test(
        arguments: [
            ("Is the pool open to children?", "Is the pool open to adults?", ["children"], ["adults"]),
            (
                "How much does a ticket cost for kids?", "How much does a ticket cost for seniors?", ["kids"],
                ["seniors"]
            ),
            ("Can students get a discount?", "Can nurses get a discount?", ["students"], ["nurses"]),
            ("What must a tenant pay?", "What must a homeowner pay?", ["tenant"], ["homeowner"]),
            ("Where may visitors park?", "Where may residents park?", ["visitors"], ["residents"]),
            ("How do I register as a contractor?", "How do I register as an employee?", ["contractor"], ["employee"]),
            ("What should I give my sister?", "What should I give my mother?", ["sister"], ["mother"]),
            ("Is it a nice gift for my uncle?", "Is it a nice gift for my cousin?", ["uncle"], ["cousin"]),
            ("Is there a prayer room for muslims?", "Is there a prayer room for hindus?", ["muslims"], ["hindus"]),
            ("Do you sell shoes for women?", "Do you sell shoes for boys?", ["women"], ["boys"]),
            ("Where is the men's room?", "Where is the ladies' room?", ["men's"], ["ladies"]),
            ("Can I bring my dog?", "Can I bring my cat?", ["dog"], ["cat"]),
            ("Is the food good for puppies?", "Is the food good for kittens?", ["puppies"], ["kittens"]),
            (
                "How long does chicken keep in the fridge?", "How long does salmon keep in the fridge?", ["chicken"],
                ["salmon"]
            ),
            ("Is there a pork dish?", "Is there a tofu dish?", ["pork"], ["tofu"]),
            ("How hot should tea be served?", "How hot should coffee be served?", ["tea"], ["coffee"]),
            ("How long do I boil rice?", "How long do I boil potatoes?", ["rice"], ["potatoes"]),
            ("When is breakfast served?", "When is dinner served?", ["breakfast"], ["dinner"]),
            ("Does the shirt come in red?", "Does the shirt come in green?", ["red"], ["green"]),
            ("Do you have it in grey?", "Do you have it in pink?", ["grey"], ["pink"]),
            ("How big is a medium pizza?", "How big is a large pizza?", ["medium"], ["large"]),
            ("What does a single room cost?", "What does a triple room cost?", ["single"], ["triple"]),
            ("How do I get there by bus?", "How do I get there by train?", ["bus"], ["train"]),
            ("Where can I park my truck?", "Where can I park my motorbike?", ["truck"], ["motorbike"]),
            ("How do I clean an office?", "How do I clean an apartment?", ["office"], ["apartment"]),
            ("What is the melting point of copper?", "What is the melting point of zinc?", ["copper"], ["zinc"]),
            ("How do I wash wool?", "How do I wash silk?", ["wool"], ["silk"]),
            ("How much ibuprofen may I take?", "How much aspirin may I take?", ["ibuprofen"], ["aspirin"]),
            ("How does measles spread?", "How does hepatitis spread?", ["measles"], ["hepatitis"]),
            ("Why does my knee hurt?", "Why does my shoulder hurt?", ["knee"], ["shoulder"]),
            ("How do I tune a guitar?", "How do I tune a violin?", ["guitar"], ["violin"]),
            ("How many players has a cricket team?", "How many players has a hockey team?", ["cricket"], ["hockey"]),
            ("Can I pay by cash?", "Can I pay by cheque?", ["cash"], ["cheque"]),
            ("Where do I track my delivery?", "Where do I track my collection?", ["delivery"], ["collection"]),
            ("Can I get a refund?", "Can I get a replacement?", ["refund"], ["replacement"]),
            ("do you ship to germany", "do you ship to france", ["germany"], ["france"]),
            ("how do i say thanks in spanish", "how do i say thanks in italian", ["spanish"], ["italian"]),
            ("is it made in japan", "is it made in china", ["japan"], ["china"]),
            ("is there a shop in berlin", "is there a shop in munich", ["berlin"], ["munich"]),
            ("which taxes apply in texas", "which taxes apply in ohio", ["texas"], ["ohio"]),
            ("is it sold in europe", "is it sold in asia", ["europe"], ["asia"]),
            ("how do i sort a list in python", "how do i sort a list in ruby", ["python"], ["ruby"]),
            ("how do i read a file in java", "how do i read a file in javascript", ["java"], ["javascript"]),
            ("is there a client for windows", "is there a client for linux", ["windows"], ["linux"]),
            ("is there an app for android", "is there an app for iphone", ["android"], ["iphone"]),
            ("how do i clear cookies in firefox", "how do i clear cookies in safari", ["firefox"], ["safari"]),
            ("how do i back up mysql", "how do i back up postgres", ["mysql"], ["postgres"]),
            ("how do i host it on aws", "how do i host it on azure", ["aws"], ["azure"]),
            (
                "how do i delete my facebook account", "how do i delete my instagram account", ["facebook"],
                ["instagram"]
            ),
            ("how do i reset my gmail account", "how do i reset my hotmail account", ["gmail"], ["hotmail"]),
            ("can i pay with paypal", "can i pay with venmo", ["paypal"], ["venmo"]),
            ("do you take visa", "do you take amex", ["visa"], ["amex"]),
            ("how do i share my screen in zoom", "how do i share my screen in slack", ["zoom"], ["slack"]),
            ("is a samsung phone waterproof", "is a nokia phone waterproof", ["samsung"], ["nokia"]),
            ("how do i export it as pdf", "how do i export it as csv", ["pdf"], ["csv"]),
            ("how do i merge xml files", "how do i merge json files", ["xml"], ["json"]),
            ("how do i clean my laptop", "how do i clean my tablet", ["laptop"], ["tablet"]),
            ("how do i change my username", "how do i change my email", ["username"], ["email"]),
            ("can i reach you by email", "can i reach you by phone", ["email"], ["phone"]),
            ("is https faster", "is http faster", ["https"], ["http"]),
            ("does it need tcp", "does it need udp", ["tcp"], ["udp"]),
            ("how do i add a row", "how do i add a column", ["row"], ["column"]),
            ("how do i name a branch", "how do i name a tag", ["branch"], ["tag"]),
            ("is a physics degree hard", "is a chemistry degree hard", ["physics"], ["chemistry"]),
            ("what do civil engineers earn", "what do electrical engineers earn", ["civil"], ["electrical"]),
            ("how long is a bachelor's course", "how long is a master's course", ["bachelor's"], ["master's"]),
            ("how long does a phd take", "how long does an undergraduate degree take", ["phd"], ["undergraduate"]),
            ("how do i prepare for the gre", "how do i prepare for the gmat", ["gre"], ["gmat"]),
            ("what is a noun", "what is an adverb", ["noun"], ["adverb"]),
            ("what happens in mitosis", "what happens in meiosis", ["mitosis"], ["meiosis"]),
            ("how small is a virus", "how small is a bacterium", ["virus"], ["bacterium"]),
            ("how do i compute the median", "how do i compute the mode", ["median"], ["mode"]),
            ("Do you bill monthly?", "Do you bill quarterly?", ["monthly"], ["quarterly"]),
            ("Is there a weekly report?", "Is there an hourly report?", ["weekly"], ["hourly"]),
            ("Are you open in the morning?", "Are you open in the afternoon?", ["morning"], ["afternoon"]),
            ("When does spring begin?", "When does autumn begin?", ["spring"], ["autumn"]),
            ("Do you offer same-day delivery?", "Do you offer next-day delivery?", ["same-day"], ["next-day"]),
            ("Is it a full-time job?", "Is it a part-time job?", ["full-time"], ["part-time"]),
            ("What is in the basic plan?", "What is in the enterprise plan?", ["basic"], ["enterprise"]),
            ("Is a secondary school near?", "Is a primary school near?", ["secondary"], ["primary"]),
            ("Is it a fixed rate?", "Is it a variable rate?", ["fixed"], ["variable"]),
            (
                "Can I claim it when I am employed?", "Can I claim it when I am self-employed?", ["employed"],
                ["self-employed"]
            ),
        ] as [Case])
    func alternatives(pair: Case) { expect(.alternative, pair) }

    @Test(
        arguments: [
            ("What are the symptoms of scurvy?", "What are the symptoms of rickets?", ["scurvy"], ["rickets"]),
            (
                "What is the late fee for books?", "What is the late fee for films on disc?", ["books"],
                ["films on disc"]
            ),
            ("Where is the key of the shed?", "Where is the key of the cellar?", ["shed"], ["cellar"]),
            ("How do I get gum out of a carpet?", "How do I get gum out of a jacket?", ["carpet"], ["jacket"]),
            ("Is there a discount for pilots?", "Is there a discount for bakers?", ["pilots"], ["bakers"]),
            ("What is the return policy for shoes?", "What is the return policy for perfume?", ["shoes"], ["perfume"]),
            ("What is the fine for speeding?", "What is the fine for littering?", ["speeding"], ["littering"]),
            ("Can I travel with a drone?", "Can I travel with a violinist?", ["drone"], ["violinist"]),
            ("What is the best bait for trout?", "What is the best bait for carp?", ["trout"], ["carp"]),
            ("Which papers do I need for a mortgage?", "Which papers do I need for a visa?", ["mortgage"], ["visa"]),
            ("How do I write a letter about noise?", "How do I write a letter about mould?", ["noise"], ["mould"]),
            ("What is the limit on the starter plan?", "What is the limit on the gold plan?", ["starter"], ["gold"]),
            (
                "How do I share a folder with my team?", "How do I share a folder with a stranger?", ["my team"],
                ["a stranger"]
            ),
            ("What do people think of opera?", "What do people think of jazz?", ["opera"], ["jazz"]),
            ("What is the price of saffron?", "What is the price of vanilla?", ["saffron"], ["vanilla"]),
            (
                "How do I remove a stain from a sofa?", "How do I remove a stain from a mattress?", ["sofa"],
                ["mattress"]
            ),
            ("Who is the head of sales?", "Who is the head of research?", ["sales"], ["research"]),
            ("How do I apply for a grant?", "How do I apply for a patent?", ["grant"], ["patent"]),
            ("Is there a lift in the museum?", "Is there a lift in the library?", ["museum"], ["library"]),
        ] as [Case])
    func subjects(pair: Case) { expect(.subject, pair) }

    @Test(
        arguments: [
            (
                "How do I switch from Signal to Threema?", "I want to switch from Threema to Signal, how?",
                ["signal", "to", "threema"], ["threema", "to", "signal"]
            ),
            (
                "convert euros to dollars please", "how do I convert dollars to euros", ["euros", "to", "dollars"],
                ["dollars", "to", "euros"]
            ),
            (
                "Is a plane really safer than a train?", "Is a train safer than a plane?", ["plane", "than", "train"],
                ["train", "than", "plane"]
            ),
            (
                "Is oak harder than pine?", "Would you say that pine is harder than oak?", ["oak", "than", "pine"],
                ["pine", "than", "oak"]
            ),
            (
                "Did the lion beat the tiger?", "Did the tiger beat the lion?", ["lion", "beat", "tiger"],
                ["tiger", "beat", "lion"]
            ),
            (
                "Can I put milk into tea?", "Can I put tea into milk?", ["milk", "into", "tea"],
                ["tea", "into", "milk"]
            ),
            (
                "Do I wash before ironing?", "Do I iron before washing?", ["wash", "before", "ironing"],
                ["iron", "before", "washing"]
            ),
            (
                "Is iron heavier than lead?", "Is lead heavier than iron?", ["iron", "than", "lead"],
                ["lead", "than", "iron"]
            ),
            (
                "How do I copy files from the server to my phone?", "How do I copy files from my phone to the server?",
                ["server", "to", "phone"], ["phone", "to", "server"]
            ),
            (
                "Do wolves hunt bears?", "Do bears hunt wolves?", ["wolves", "hunt", "bears"],
                ["bears", "hunt", "wolves"]
            ),
            (
                "Should I paint over varnish?", "Should I varnish over paint?", ["paint", "over", "varnish"],
                ["varnish", "over", "paint"]
            ),
            (
                "Is Haskell faster than Scala?", "Is Scala faster than Haskell these days?",
                ["haskell", "than", "scala"], ["scala", "than", "haskell"]
            ),
            (
                "Who lent Ann money from Bob?", "Who lent Bob money from Ann?", ["ann", "from", "bob"],
                ["bob", "from", "ann"]
            ),
            (
                "Can I move from gas to oil?", "Can I move from oil to gas?", ["gas", "to", "oil"],
                ["oil", "to", "gas"]
            ),
        ] as [Case])
    func roles(pair: Case) { expect(.order, pair) }

    @Test(
        arguments: [
            ("How do I cancel my order?", "Wie kann ich meine Bestellung stornieren?", ["english"], ["german"]),
            ("Wo ist der Bahnhof?", "Où est la gare dans la ville?", ["german"], ["french"]),
            ("¿Cómo puedo cambiar mi contraseña?", "How can I change my password?", ["spanish"], ["english"]),
            ("Come posso cambiare la mia password?", "Wie kann ich mein Passwort ändern?", ["italian"], ["german"]),
            ("Hoe kan ik mijn wachtwoord wijzigen?", "How can I change my password?", ["dutch"], ["english"]),
            ("Как отменить заказ?", "How do I cancel an order?", ["russian"], ["english"]),
            ("如何重置密码？", "How do I reset my password?", ["chinese"], ["english"]),
            ("パスワードを忘れました", "如何重置密码？", ["japanese"], ["chinese"]),
            ("비밀번호를 잊어버렸어요", "How do I reset my password?", ["korean"], ["english"]),
            ("Πώς ακυρώνω;", "How do I cancel it?", ["greek"], ["english"]),
            ("Jak mogę zmienić hasło i co jest na koncie?", "How can I change my password?", ["polish"], ["english"]),
            ("Hur kan jag ändra mitt lösenord?", "How can I change my password?", ["swedish"], ["english"]),
            (
                "Como posso mudar a minha senha para uma nova?", "How can I change my password?", ["portuguese"],
                ["english"]
            ),
            ("Quelle est la capitale du pays?", "What is the capital of the country?", ["french"], ["english"]),
            ("كيف يمكنني إلغاء الطلب؟", "How can I cancel the order?", ["arabic"], ["english"]),
        ] as [Case])
    func languages(pair: Case) { expect(.language, pair) }

    @Test(
        arguments: [
            ("Is there a build for arm64?", "Is there a build for amd64?", ["arm64"], ["amd64"]),
            ("Is it a 64-bit build?", "Is it an arm64 build?", ["64"], ["arm64"]),
            ("Is there a build for arm64?", "Is there a build for arm32?", ["arm64"], ["arm32"]),
            ("Does it run on x86?", "Does it run on x64?", ["x86"], ["x64"]),
            ("Is sha1 safe?", "Is sha256 safe?", ["sha1"], ["sha256"]),
            ("Does it play mp3?", "Does it play mp4?", ["mp3"], ["mp4"]),
            ("Is utf8 the default?", "Is utf16 the default?", ["utf8"], ["utf16"]),
            ("Is the iphone6 waterproof?", "Is the iphone7 waterproof?", ["iphone6"], ["iphone7"]),
            ("Is the iphone6 waterproof?", "Is the iphone 7 waterproof?", ["iphone6"], ["7"]),
            ("Is python2 dead?", "Is python 3 dead?", ["python2"], ["3"]),
            ("What is vitamin b12 for?", "What is vitamin b6 for?", ["b12"], ["b6"]),
            ("What was decided in Q3?", "What was decided in Q4?", ["Q3"], ["Q4"]),
            ("Is the m1 chip fast?", "Is the m2 chip fast?", ["m1"], ["m2"]),
            ("Does h264 need a licence?", "Does h265 need a licence?", ["h264"], ["h265"]),
            ("Is 3/4/2024 a holiday?", "Is 4/3/2024 a holiday?", ["3/4"], ["4/3"]),
            ("Is 2024-03-04 a holiday?", "Is 2024-04-03 a holiday?", ["march", "4"], ["april", "3"]),
            ("Is 13/04/2024 a holiday?", "Is 14/04/2024 a holiday?", ["13"], ["14"]),
            ("Is 1.2.2024 a holiday?", "Is 2.1.2024 a holiday?", ["february", "1"], ["january", "2"]),
            ("Are you open on Mondays?", "Are you open on Tuesdays?", ["Mondays"], ["Tuesdays"]),
            ("Are you open from Monday to Friday?", "Are you open on Saturday?", ["Monday"], ["Saturday"]),
            ("How much is a one-bedroom flat?", "How much is a two-bedroom flat?", ["one-bedroom"], ["two-bedroom"]),
            ("Is there a three-year plan?", "Is there a five-year plan?", ["three-year"], ["five-year"]),
        ] as [Case])
    func modelsAndDates(pair: Case) { expect(.number, pair) }

    @Test(
        arguments: [
            ("What should I eat before a race?", "What should I avoid before a race?", ["eat"], ["avoid"]),
            ("Which pills may I take?", "Which pills must I avoid?", ["take"], ["avoid"]),
            (
                "Should I water the lawn in May?", "Should I stop watering the lawn in May?", ["water"],
                ["stop watering"]
            ),
            ("How do I begin smoking meat?", "How do I stop smoking meat?", ["smoking"], ["stop smoking"]),
            ("What does the warranty cover?", "What does the warranty exclude?", ["cover"], ["exclude"]),
            ("Are bikes allowed on the pier?", "Are bikes banned on the pier?", ["allowed"], ["banned"]),
            ("Can I cancel within the trial?", "Can I cancel after the trial?", ["within"], ["after"]),
            ("Is the bar busy on Sundays?", "Is the bar quiet on Sundays?", ["busy"], ["quiet"]),
            ("Is the curry spicy?", "Is the curry mild?", ["spicy"], ["mild"]),
            ("How do I follow a page?", "How do I unfollow a page?", ["follow"], ["unfollow"]),
            (
                "How do I subscribe to it?", "How do I unsubscribe from it?", ["subscribe", "to it"],
                ["from it", "unsubscribe"]
            ),
            ("How do I merge two cells?", "How do I split two cells?", ["merge"], ["split"]),
            ("Is it mandatory to register?", "Is it optional to register?", ["mandatory"], ["optional"]),
            ("Is the inner ring broken?", "Is the outer ring broken?", ["inner"], ["outer"]),
            ("How do I zip a folder?", "How do I unzip a folder?", ["zip"], ["unzip"]),
            ("What is gross pay?", "What is net pay?", ["gross"], ["net"]),
            ("How do I connect a printer?", "How do I disconnect a printer?", ["connect"], ["disconnect"]),
            ("Why do I agree with it?", "Why do I disagree with it?", ["agree"], ["disagree"]),
            ("How do I renew my membership?", "How do I cancel my membership?", ["renew"], ["cancel"]),
            ("Is a wired mouse better?", "Is a wireless mouse better?", ["wired"], ["wireless"]),
            (
                "Are the stairs up or is it upstairs?", "Are the stairs up or is it downstairs?", ["upstairs"],
                ["downstairs"]
            ),
            ("What are the upsides?", "What are the downsides?", ["upsides"], ["downsides"]),
            ("How do I earn points?", "How do I spend points?", ["earn"], ["spend"]),
            ("Is it in singular?", "Is it in plural?", ["singular"], ["plural"]),
            ("How do I turn it clockwise?", "How do I turn it anticlockwise?", ["clockwise"], ["anticlockwise"]),
            ("Who is the sender?", "Who is the recipient?", ["sender"], ["recipient"]),
            ("Is the text signed?", "Is the text unsigned?", ["signed"], ["unsigned"]),
            ("Is peak travel dearer?", "Is off-peak travel dearer?", ["peak"], ["off-peak"]),
            ("How do I grant access?", "How do I revoke access?", ["grant"], ["revoke"]),
            ("What was before noon?", "What was before midnight?", ["noon"], ["midnight"]),
            ("Is there a rural bus?", "Is there an urban bus?", ["rural"], ["urban"]),
            (
                "Wie kann ich die Funktion aktivieren?", "Wie kann ich die Funktion deaktivieren?", ["aktivieren"],
                ["deaktivieren"]
            ),
            ("Wo kann ich es kaufen?", "Wo kann ich es verkaufen?", ["kaufen"], ["verkaufen"]),
            ("Is it ancient art?", "Is it modern art?", ["ancient"], ["modern"]),
            ("How do I speed up boiling?", "How do I speed up freezing?", ["boiling"], ["freezing"]),
        ] as [Case])
    func opposites(pair: Case) { expect(.antonym, pair) }

    @Test(
        arguments: [
            ("Wie kann ich die App installieren?", "Wie kann ich die App nicht installieren?", [], ["nicht"]),
            ("Habe ich noch Punkte?", "Habe ich keine Punkte?", [], ["keine"]),
            ("Can I pay online?", "Can I not pay online?", [], ["not"]),
            ("Does it sync when I am online?", "Does it sync when I'm not online?", [], ["not"]),
        ] as [Case])
    func otherNegations(pair: Case) { expect(.negation, pair) }
}
