import Testing

@testable import Questions

/// Pairs that ask the same: a conflict here would cost a confirmation for nothing.
@Suite struct GuardParaphraseTests {
    @Test(arguments: [
        // Numbers
        ("Is 1,000 a lot?", "Is 1000 a lot?"), ("Is 1,00,000 a lot?", "Is 100000 a lot?"),
        ("Is a thousand a lot?", "Is 1000 a lot?"),
        ("Can two people share it?", "Can 2 people share it?"),
        ("Is there a third edition?", "Is there a 3rd edition?"),
        ("Who was the first king?", "Who was the 1st king?"), ("What is the second law?", "What is the 2nd law?"),
        ("Is two hundred fifty ok?", "Is 250 ok?"), ("Is twenty-five ok?", "Is twenty five ok?"),
        ("Is twenty-five ok?", "Is 25 ok?"),
        ("Is 5 million ok?", "Is five million ok?"), ("Is 1.5 million ok?", "Is 1,500,000 ok?"),
        ("Is 10k ok?", "Is 10,000 ok?"),
        ("What is a 401(k)?", "What is a 401k?"), ("Is 12.0 out?", "Is 12 out?"), ("Is 007 here?", "Is 7 here?"),
        ("Is it $5.00?", "Is it $5?"),
        ("Which one is best?", "Which is the best?"), ("Is it done in a second?", "Is it done in one second?"),
        ("What should I read first?", "What should I read?"),
        ("Who started World War II?", "Who started World War 2?"),
        ("Who started World War I?", "Who started World War 1?"),
        ("Is it 5 kg?", "Is it 5kg?"), ("Is it 5 kilograms?", "Is it 5 kg?"), ("Is it 20 dollars?", "Is it $20?"),
        ("Is it 20%?", "Is it 20 percent?"),
        ("Are 5 miles far?", "Is 5 far?"), ("Is it open at 9 a.m.?", "Is it open at 9am?"),
        ("Is it in Jan?", "Is it in January?"),
        ("Do you open twice a day?", "Do you open 2 times a day?"), ("may I march there", "May I march there?"),
        ("Is a 64 bit image here?", "Is a 64-bit image here?"),
        ("Are 500,1000 notes valid?", "Are 500 and 1000 notes valid?"), ("Is a dozen enough?", "Is 12 enough?"),
        ("Is Rs.500 valid?", "Is Rs. 500 valid?"), ("Is Rs.500 valid?", "Is ₹500 valid?"),
        ("Is 100 miles far?", "Is one hundred miles far?"),
        // Negation
        ("Why doesn't it work?", "Why does it not work?"), ("Why doesn't it work?", "why doesnt it work"),
        ("I can't log in", "I cannot log in"),
        ("I can't log in", "I am unable to log in"), ("Is it free or not?", "Is it free?"),
        ("Is it free, yes or no?", "Is it free?"),
        ("Is it good? Why or why not?", "Is it good? Why?"),
        ("Is it true that not only birds fly?", "Is it true that birds fly?"),
        ("How do I log in without a password?", "How do I log in with no password?"),
        ("Does it work? If not, why?", "Does it work?"),
        // Antonyms
        ("How do I turn on the light?", "How do I switch on the light?"),
        ("What is high and what is low?", "What is low and what is high?"),
        ("Is it open or closed?", "Is it closed or open?"), ("How can I find out?", "How can I learn it in time?"),
        ("How do I close it?", "How do I shut it?"),
        ("What happened in the early days?", "What happened in those early days?"),
        ("Where is the understanding?", "Where is the standing order?"),
        ("Is the unit here?", "Is it here?"), ("How do I get to know it?", "How do I get know-how from it?"),
        // Literals
        ("What does `ls` do?", "What does ls do?"), ("What does \"love\" mean?", "What does love mean?"),
        ("What does “love” mean?", "What does \"Love\" mean?"),
        ("How do I open README.md?", "how do i open readme.md"), ("What does map() do?", "What does map do?"),
        ("Is B.Tech hard?", "Is BTech hard?"),
        ("Is the U.S. big?", "Is the US big?"), ("Can I use, e.g., tea?", "Can I use tea e.g. now?"),
        ("Is amazon.com down?", "Is Amazon down?"),
        ("Can you do this,that?", "Can you do this, that?"), ("Is it so.What now?", "Is it so. What now?"),
        ("Is it (really) so?", "Is it really so?"),
        ("Is it so... or not?", "Is it so?"), ("Can I eat and/or drink?", "Can I eat or drink?"),
        ("Do *you* know?", "Do you know?"),
        ("What's up with - well - this?", "What's up with, well, this?"), ("Is version v1.2 out?", "Is v1.2 out?"),
        ("Is it 3.5mm?", "Is it 3.5 mm?"), ("R & D?", "R and D?"),
        // Names
        ("What is the capital of France?", "what is the capital of france"),
        ("What is the capital of France?", "France: what is its capital?"),
        ("Is France's capital big?", "Is the capital of France big?"), ("Are Germans tall?", "Is a German tall?"),
        ("Is there Indian tea?", "Is there tea from India?"),
        ("What Does The Bank Do", "what does the bank do"), ("WHAT DOES THE BANK DO", "what does the bank do"),
        ("Why can I not log in?", "Why can't I log in?"),
        ("Is it on YouTube?", "Is it on you tube?"), ("Is Wi-Fi free?", "Is wifi free?"),
        ("Is Wi-Fi free?", "Is there free wi fi?"), ("Is it Coca-Cola?", "Is it coca cola?"),
        ("Who leads the WHO?", "Who leads the World Health Organization?"),
        ("Who leads the BBC?", "Who leads the British Broadcasting Corporation?"),
        ("Is the USA big?", "Is the United States big?"), ("Is the USA big?", "Is the US big?"),
        ("Is he from São Paulo?", "is he from sao paulo"),
        ("Do I HAVE to pay?", "Do I have to pay?"), ("Is this the end? Tell me.", "Is this the end?"),
        ("I think I'm ok?", "Am I ok?"), ("Was Dr. Smith here?", "Was Smith here, Dr. Smith?"),
        // Order
        ("What is Debian exactly?", "What exactly is Debian?"),
        ("How do I in Python reverse a list?", "How do I reverse a list in Python?"),
        ("What is the difference between tea and coffee?", "What is the difference between coffee and tea?"),
        (
            "What differs between data science and machine learning?",
            "What differs between machine learning and data science?"
        ),
        ("Is tea or coffee better?", "Is coffee or tea better?"), ("Tea vs coffee?", "Coffee vs tea?"),
        ("Which movies are best?", "Which are the best movies?"),
        ("What are the best movies to watch?", "What movies are the best to watch?"),
        ("In a month, can I learn it?", "Can I learn it in a month?"),
        ("Really, how do I cook rice?", "How do I really cook rice?"),
        // Nothing at all
        ("", ""), ("?", "!"), ("How do I reset my password?", "how can i change the password i have forgotten"),
        ("How do I cancel my order?", "What must I do to cancel an order?"),
        ("Where is my parcel?", "When does my parcel come?"),
    ])
    func haveNoConflict(question: String, candidate: String) {
        #expect(Guard.conflicts(question, candidate) == [])
    }
}
