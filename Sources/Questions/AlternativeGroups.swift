/// Groups of words that exclude each other in a question. Members are separated by spaces, the words of one by `=`; the
/// plural with `s` is implied. A word that is as often something else (`go`, `c`, `fall`) is in no group.
enum AlternativeGroups {
    static let all = people + things + places + computing + studies + frequencies

    private static let people = [
        "adult=grown-up child=children=kid=kiddo baby=babies=infant=newborn=toddler teenager=teen=adolescent "
            + "senior=elderly=pensioner=retiree",
        "student=pupil teacher=lecturer employee contractor=freelancer=self-employed visitor=guest resident "
            + "homeowner=owner tenant=renter landlord veteran nonprofit=non-profit=charity=charities nurse doctor",
        "mother=mom=mum=mama father=dad=papa sister brother son daughter wife=wives husband girlfriend boyfriend uncle "
            + "aunt grandmother=grandma grandfather=grandpa cousin nephew niece parent colleague=coworker=co-worker "
            + "boss=manager",
        "man=men=male=guy=boy=gentleman=gentlemen woman=women=female=girl=lady=ladies",
        "christian=christianity=christians muslim=islam=islamic hindu=hinduism buddhist=buddhism jew=jewish=judaism "
            + "sikh=sikhism atheist=atheism catholic=catholicism protestant=protestantism",
        "republican democrat", "employed self-employed=freelance unemployed",
    ]

    private static let things = [
        "dog=puppy=puppies=dogs cat=kitten rabbit hamster horse=pony parrot cow pig sheep goat snake turtle=tortoise",
        "chicken beef pork lamb=mutton fish salmon tuna tofu shrimp=prawn bacon ham duck egg",
        "tea coffee beer wine milk juice water soda vodka whisky=whiskey",
        "rice pasta=noodle quinoa bread oat=oatmeal potato=potatoes couscous",
        "apple banana orange mango strawberry=strawberries grape lemon pineapple",
        "breakfast lunch=luncheon dinner=supper brunch",
        "red blue green yellow black white brown orange purple=violet pink grey=gray",
        "small medium large", "single double=twin triple",
        "car truck=lorry bus=buses train=rail plane=flight=airplane boat=ship motorcycle=motorbike bicycle "
            + "tram taxi=cab scooter",
        "flat=apartment house office garage warehouse villa",
        "gold silver copper iron platinum aluminium=aluminum steel zinc titanium",
        "cotton wool silk leather polyester linen",
        "ibuprofen paracetamol=acetaminophen=tylenol aspirin naproxen antibiotic insulin",
        "flu=influenza measles malaria diabetes asthma cancer pneumonia dengue hiv=aids covid=coronavirus "
            + "hepatitis tuberculosis=tb chickenpox",
        "knee shoulder elbow wrist ankle hip neck eye ear nose tooth=teeth lip hair skin stomach=belly chest",
        "guitar piano violin drum ukulele flute cello saxophone",
        "football=soccer cricket tennis basketball baseball hockey golf rugby volleyball badminton chess",
        "mars venus jupiter saturn neptune uranus pluto moon sun earth",
        "cash cheque=check card crypto=bitcoin=btc voucher invoice",
        "bitcoin=btc ethereum=ether=eth litecoin dogecoin ripple=xrp",
        "delivery=shipping pickup=pick-up=collection=takeaway=takeout dine-in",
        "refund exchange replacement", "landline mobile=cellphone", "fiction non-fiction=nonfiction",
    ]

    private static let places = [
        "germany=german=deutschland france=french spain=spanish=spaniard italy=italian portugal=portuguese "
            + "netherlands=dutch=holland belgium=belgian austria=austrian switzerland=swiss poland sweden=swedish=swede "
            + "norway=norwegian denmark=danish=dane finland=finnish=finn iceland=icelandic ireland=irish "
            + "scotland=scottish wales=welsh england=english greece=greek hungary=hungarian romania=romanian "
            + "bulgaria=bulgarian serbia=serbian croatia=croatian ukraine=ukrainian russia=russian turkey=turkish=turk "
            + "israel=israeli=hebrew egypt=egyptian iran=iranian=persian iraq=iraqi syria=syrian lebanon=lebanese "
            + "jordan=jordanian arabia=saudi=arabic qatar kuwait uae=emirates india=indian pakistan=pakistani "
            + "bangladesh=bangladeshi nepal=nepali=nepalese china=chinese japan=japanese korea=korean taiwan=taiwanese "
            + "vietnam=vietnamese thailand=thai malaysia=malaysian singapore=singaporean indonesia=indonesian "
            + "philippines=filipino australia=australian zealand canada=canadian mexico=mexican brazil=brazilian "
            + "argentina=argentinian=argentine chile=chilean peru=peruvian colombia=colombian venezuela=venezuelan "
            + "cuba=cuban nigeria=nigerian kenya=kenyan ghana=ghanaian ethiopia=ethiopian morocco=moroccan "
            + "algeria=algerian tunisia=tunisian czechia=czech slovakia=slovak slovenia=slovenian estonia=estonian "
            + "latvia=latvian lithuania=lithuanian hindi tamil telugu urdu latin america=american=usa uk=britain=british",
        "europe=european asia=asian africa=african antarctica",
        "london paris berlin madrid rome vienna amsterdam brussels lisbon dublin tokyo beijing shanghai delhi mumbai "
            + "bangalore=bengaluru hyderabad chennai kolkata pune chicago boston seattle dallas houston austin denver "
            + "miami atlanta toronto vancouver montreal sydney melbourne dubai istanbul moscow munich hamburg milan",
        "texas california florida ohio michigan virginia georgia oregon arizona nevada utah alaska hawaii colorado "
            + "illinois massachusetts minnesota wisconsin",
        "indoors=indoor outdoors=outdoor", "downstairs upstairs", "urban rural", "in-store=instore online=on-line",
    ]

    private static let computing = [
        "python java javascript=js typescript ruby php swift rust kotlin scala perl haskell c++ c# sql html css "
            + "matlab fortran cobol golang objective-c lua julia elixir",
        "windows linux mac=macos=osx=macintosh", "android ios", "android iphone ipad", "macbook chromebook",
        "ubuntu debian fedora centos archlinux",
        "chrome firefox safari opera brave",
        "mysql=mariadb postgresql=postgres sqlite mongodb redis oracle cassandra elasticsearch",
        "aws azure gcp heroku", "react angular vue svelte django flask rails laravel spring",
        "facebook instagram whatsapp twitter snapchat linkedin youtube tiktok reddit quora pinterest telegram messenger",
        "gmail=googlemail outlook=hotmail yahoo icloud protonmail",
        "google bing duckduckgo", "netflix hulu spotify", "uber lyft ola", "amazon ebay flipkart etsy walmart",
        "paypal venmo stripe payoneer skrill", "visa mastercard amex", "skype zoom slack discord",
        "samsung nokia xiaomi huawei oneplus motorola htc", "dell lenovo asus acer hp toshiba",
        "photoshop illustrator lightroom",
        "pdf docx=doc jpg=jpeg png gif svg csv=tsv json xml yaml xlsx=xls epub mp3 mp4",
        "laptop desktop tablet smartphone printer router keyboard mouse monitor=screen webcam",
        "username=user-name password=passcode email=e-mail", "email=e-mail phone=telephone sms=text chat fax",
        "read-only read-write", "tcp udp", "http https", "ipv4 ipv6", "usb bluetooth wifi=wi-fi ethernet=lan",
        "frontend=front-end backend=back-end", "commit branch=branches tag", "row column", "header footer",
    ]

    private static let studies = [
        "physics chemistry biology mathematics=math=maths history geography economics philosophy psychology sociology "
            + "linguistics astronomy archaeology accounting journalism medicine law nursing theology literature "
            + "anthropology geology statistics",
        "mechanical electrical civil chemical aerospace agricultural biomedical",
        "bachelor=bachelors=undergraduate=undergrad=b.tech=btech master=masters=postgraduate=m.tech=mtech=msc "
            + "phd=ph.d=doctorate=doctoral",
        "gre gmat toefl ielts upsc neet jee lsat mcat",
        "noun verb adjective adverb pronoun", "mitosis meiosis", "ac dc", "proton neutron electron",
        "prokaryote=prokaryotic eukaryote=eukaryotic", "dna rna", "latitude longitude", "vowel consonant",
        "virus=viral bacteria=bacterium=bacterial fungus=fungal", "mean median mode",
        "numerator denominator", "odd even", "sine cosine tangent", "acid base",
    ]

    private static let frequencies = [
        "hourly daily weekly fortnightly=biweekly monthly quarterly yearly=annual=annually",
        "morning afternoon evening night=overnight noon=midday midnight", "spring summer autumn winter",
        "same-day next-day", "full-time=fulltime part-time=parttime",
        "free basic premium enterprise pro", "one-way return=round-trip=two-way", "short-haul long-haul domestic",
        "short-term long-term", "primary secondary tertiary", "prepaid postpaid",
        "economy business first-class", "fixed variable", "billing shipping",
    ]
}
