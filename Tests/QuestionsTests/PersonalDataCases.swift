/// Texts in which « and » mark what is to be found, by kind.
enum PersonalDataCases {
    static let found: [String: [String]] = [
        "email": emails, "ip_address": ipAddresses, "card": cards, "iban": ibans, "phone": phones,
        "national_id": nationalIDs, "secret": secrets,
    ]

    private static let emails = lines(
        """
        Reset the password of «jane@example.com» please
        «jane.doe+news@mail.example.co.uk»
        mail me: «j_d-1@sub.example.org».
        (write to «o'neil@example.ie»)
        <«a@b.de»>
        mailto:«jane@example.com»
        «JANE@EXAMPLE.COM» is my address
        "«jürgen@müller.de»" is my address
        «ivan@пример.рф»
        to=«jane@example.com»&cc=«joe@example.com»
        «jane@example.com»,«joe@example.com»
        is «1234@example.com» free?
        «jane@example.travel»!
        Name:«jane@example.com»;
        «jane＠example.com» with a wide sign
        «jane@example.com»/«joe@example.com»
        «jane%work@example.com»
        «_jane@example.com»
        [«jane@xn--mller-kva.de»]
        My mail is «jane@exam-ple.io», what now?
        """)

    private static let ipAddresses = lines(
        """
        Why is «8.8.4.4» slow?
        block «93.184.216.34», please
        http://«93.184.216.34»:8080/x
        «93.184.216.34»/24
        from «1.2.3.4» to «5.6.7.8»
        [«2606:2800:220:1:248:1893:25c8:1946»]
        «2001:4860:4860::8888» does not answer
        «2A00:1450:4001:082B:0000:0000:0000:200E»
        ping «2001:470::1».
        (is «52.95.110.1» down?)
        """)

    private static let cards = lines(
        """
        My card «4408289857923543» was declined
        «4408 2898 5792 3543»
        «4408-2898-5792-3543»
        charge «5148573892715879» now
        «5148 5738 9271 5879», 12/27
        card:«2221003928901092»
        «346870578108457» and «3750 426510 57464»
        «6011193647977286»
        «3530 9391 2982 8671»
        «36677400741727»
        «3667 740074 1727»
        «38525209673302»
        «6283785934318404»
        «6562666360037902»
        «2200036517200885»
        «9792721425091661»
        «6759227429466153»
        «4862985766566550590»
        Ist «4111 1111 1111 1111» eine Testnummer?
        order 12345 card «4408 2898 5792 3543»
        «4408 2898 5792 3543»
        «４４０８２８９８５７９２３５４３»
        """)

    private static let ibans = lines(
        """
        Pay to «DE06432783756269622903»
        «DE06 4327 8375 6269 6229 03» please
        iban «de06432783756269622903»
        «AT175262170286642879».
        «CH4845773097200918665»
        «FR4341143536940736353573748»
        «GB87NWBK82675868582785»
        «GB87 NWBK 8267 5868 5827 85»
        «NL68ABNA2806436607»
        «NL68 ABNA 2806 4366 07» is it
        «ES3835003546331346481982»
        «PL27928594931766999302586348»
        «NO4631194147732»
        «BE49 0840 0278 4917»
        «MT54MALT45979274127460163687165»
        «SA2978465341816676057543»
        «SE5378083899508047541762»
        «LT765307659636998933»
        «IT54X9338294460530897888582»
        «TR540641675302082707723350»
        «UA364766641696277668138321908»
        «XK599965087526808930»
        IBAN:«GB82WEST12345698765432»
        """)

    private static let phones = lines(
        """
        Call «+49 30 1234567» tomorrow
        «+1 (212) 555-0143»
        «+12125550143»
        «+44 20 7946 0958».
        «+33 1 23 45 67 89»
        tel:«+41-44-668-18-00»
        «0049 30 1234567»
        «212-555-0143»
        «(212) 555-0143»
        «212.555.0143»
        «1-800-555-0199» is the hotline
        «1 800 555 0199»
        «030 1234567»
        «030/1234567»
        «0171-1234567»
        «(020) 7946 0958»
        «020 7946 0958»
        «01 23 45 67 89»
        «01.23.45.67.89»
        «0412 345 678»
        my phone is «5551234567»
        phone: «212 555 0143»
        Telefon «12345678»
        mobile «07946095812» does not ring
        WhatsApp «5511 98765 4321»
        call «555 123 4567» now
        fax «1234567»
        Tel. «0301234567»
        «+4930 / 123 45 67»
        Téléphone «123456789»
        """)

    private static let nationalIDs = lines(
        """
        my SSN is «078-05-1120»
        ssn «078 05 1120»
        «34109650203» is my tax number
        Steuer-ID «34 109 650 203»
        «22942078513»
        «54040386091»
        PESEL: «84021948219»
        «04078172326»
        «160486 27424»
        «38024824094»
        CPF «380.248.240-94»
        «66612110834»
        «99050565350»
        «75.11.13-937.34»
        «282093576059015»
        «2 82 09 35 760 590 15»
        DNI «01611252X»
        «09293432y»
        «X3021487T»
        NIE «Z8505777Z»
        «230876-3196»
        «280870-899K»
        «110105196009037644»
        «11010519991119359X»
        «2930118266491»
        identity number «9703027880087»
        «931002/5373»
        «570621-6701»
        «19570621-6701»
        «8698 8210 7786»
        Aadhaar «212372983088»
        «20-93069068-7»
        «26.169.508-1»
        SIN «338 058 001»
        BSN «318882802»
        NHS number «853 734 8074»
        NIF «446218618»
        TFN «387 915 148»
        «RCCMNL83S18D969H»
        codice fiscale «mrtmtt25d09f205z»
        «BOXW310820HNERXN09»
        «S1234567D»
        «900101-1234567»
        """)

    private static let secrets = lines(
        """
        use «sk-proj-abcDEF1234567890abcDEF1234567890»
        «sk-ant-api03-abcdefghij1234567890ABCDEFG»
        key «sk_live_4eC39HqLyjWDarjtT1zdp7dc» leaked
        «rk_test_4eC39HqLyjWDarjtT1zdp7dc»
        «ghp_1234567890abcdefghijABCDEFGHIJ123456»
        «github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz0123456789»
        «glpat-abcdefghij0123456789»
        «xoxb-123456789012-abcdefghijkl»
        aws «AKIAIOSFODNN7EXAMPLE»
        «ASIAIOSFODNN7EXAMPLE»
        «AIzaSyA1234567890abcdefghijklmnopqrstuv»
        «ya29.a0AfH6SMBabcdefghij1234567890»
        «hf_abcdefghijklmnopqrstuvwxyz12345678»
        «npm_abcdefghijklmnopqrstuvwxyz0123456789»
        «SG.abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG»
        «shpat_0123456789abcdef0123456789abcdef»
        «eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U»
        Authorization: Bearer «abcdef0123456789abcdef»
        authorization: basic «QWxhZGRpbjpvcGVuIHNlc2FtZTE=»
        password: «hunter2»
        my password is «hunter22», why?
        PASSWORD="«s3cret-Pass!»"
        DB_PASSWORD=«x9y8z7w6»
        pwd = «Tr0ub4dor&3»
        Passwort ist «geheim99»
        api_key = «0123456789abcdef0123»
        apiKey: "«a1b2c3d4e5f6g7h8»"
        my api key is «a1b2c3d4e5f6g7h8»
        client_secret=«1a2b3c4d5e6f7g8h9i»
        AccountKey=«Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq»
        token: «0a1b2c3d4e5f6a7b»
        postgres://user:«pa55w0rd»@db.example.com/x
        https://joe:«letmein»@example.com
        «-----BEGIN RSA PRIVATE KEY----- MIIEpAIBAAKCAQEA -----END RSA PRIVATE KEY-----» is it
        «-----BEGIN PRIVATE KEY----- MIIEvQIBADANBg»
        «AGE-SECRET-KEY-1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3»
        """)

    /// In these nothing is to be found.
    static let clean = lines(
        """
        How do I reset my password?
        What is the @ sign called?
        Is user@localhost an address?
        Who is @jane on Twitter?
        What does @Override mean in Java?
        npm install @types/node@18.0.0
        git clone git@github.com:apple/swift.git
        ssh root@server
        What is a@b?
        What is 192.168.1.1?
        How do I reach 10.0.0.1 from 127.0.0.1?
        Use 255.255.255.0 as the mask
        bind to 0.0.0.0 or ::1
        Is 172.16.0.5 private?
        169.254.169.254 returns nothing
        Documents use 192.0.2.1, 198.51.100.7 and 203.0.113.9
        upgrade to v1.2.3.4
        version 1.2.3.4 is out
        1.2.3.4.5 is a section
        Chrome 120.0.6099.109 crashes
        256.1.1.1 is not valid
        What is 2001:db8::1 for?
        std::vector and Face::Bad
        at 12:30:45 it stopped
        fe80::1 is link local
        MAC 00:1A:2B:3C:4D:5E
        1:2:3:4:5:6:7:8
        My card 4408289857923544 was declined
        4408 2898 5792 3544
        1234567812345670 has Luhn's digit and no network
        0000 0000 0000 0000
        order 44082898579235431 is late
        EAN 4006381333931
        ISBN 978-3-16-148410-0
        ISBN 0-306-40615-2
        1700000000000 milliseconds
        1732872000 seconds since 1970
        DE06432783756269622904
        DE0643278375626962290
        ZZ06432783756269622903
        XDE06432783756269622903
        DE064327837562696229031
        FR is a country, DE89 is nothing
        RFC 2822, RFC 5321 and ISO 13616
        What happened on 2024-01-15?
        From 01.02.2024 to 03.02.2024
        On 05/06/2024 12:30 it broke
        01-02-2024
        2024 01 15 10 20
        What is 1 000 000 000 in words?
        What is 123 456 789?
        200 300 4000
        Is 1234567890 prime?
        Is 5551234567 odd?
        3.14159265358979
        1,234,567,890.12
        $1,234,567.00
        12345678 rows
        call me maybe
        Call 911 or 112
        Who do I call at 10?
        The phone has 128 GB
        iPhone 15 Pro Max 256
        mobile 5G
        fax 2000
        tel aviv 2024
        room 0123
        0800
        09:00-17:00
        9-5 on Mondays
        0x1234567890
        #0123456789
        1-2-3-4-5-6-7-8-9
        12 34 56 78 90 12
        commit 1234567890abcdef1234567890abcdef12345678
        550e8400-e29b-41d4-a716-446655440000
        order 2024-123456
        INV-2024-000123
        12345678901
        98765432109
        000-12-3456
        666-12-3456
        900-12-3456
        123-00-4567
        078-05-11200
        123456789
        338 058 001 parts
        01611252Y
        X3021487A
        S1234567A
        230876-3197
        110105196009037645
        RCCMNL83S18D969I
        ABCDEFGH1
        A1B2C3D4E
        931002/5374
        2/3 of 1000/2000
        570621-6702
        20-93069068-8
        What is an API key?
        my api key is wrong
        Where do I find the access token?
        password: required
        My password is wrong, what now?
        password is not accepted
        password=$PASSWORD
        password=${DB_PASSWORD}
        password: {{ vault_password }}
        PASSWORD=os.environ["DB_PASS1"]
        password: <your password here>
        token = tokenizer.encode(text, 1)
        token=getToken(1)
        the token is invalid
        token: string
        secret: true
        sk-circle-fade-dot-animation
        sk-learn 1.5
        bearer of bad news
        Bearer authentication explained
        Basic authentication
        Authorization: Bearer <token>
        What is a JWT?
        eyJ is how one begins
        -----BEGIN CERTIFICATE-----
        -----BEGIN PUBLIC KEY-----
        What does BEGIN RSA PRIVATE KEY mean?
        https://example.com/a?b=1
        postgres://user@localhost/db
        postgres://user:$PASS@localhost/db
        http://localhost:8080
        AKIA is a prefix
        ghp_ is a prefix
        How many digits has a card number: 16 or 19?
        Does GPT-5.2 know 175 billion parameters?
        Ubuntu 22.04.3 and kernel 6.5.0-14
        Python 3.11.4 and pip 23.1.2
        1e10 + 2e20
        10 11 12 13 14 15
        A4 is 210 x 297 mm
        Boeing 737-800
        Route 66, exit 12
        §§ 433-479 BGB
        1. First 2. Second 3. Third
        1/2/2024
        the year 1999-2000
        temperatures of -10 to +25
        +1 for that
        +100 points
        a+b=12345678
        x = -12345678
        ratio 16:9 at 1920x1080
        50 000 EUR
        4 8 15 16 23 42
        """)

    private static func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
}
