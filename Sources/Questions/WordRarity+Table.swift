extension WordRarity {
    /// Counted by scripts/fit-judge.py in 34,708 Quora questions, 2026-11-29.
    static let table = """


        how is the what
        a and are do i in of to
        can for why you
        best does if it my on or
        an be from get have india like should some that when which with your
        about any as at between did good make most not one people there way we where who will would
        after all am become but by difference ever find has know learn life many me money more much new other out \
        quora so someone than their they this time use want was what's without work
        1 2 3 account being better book business buy could day don't engineering english facebook feel first girl go \
        he indian into job lose love mean need online person phone possible really start take them things think trump \
        up us used ways weight were world year
        10 2016 4 5 android anyone app back bad been before black books card change college com companies company \
        computer country different donald during examples free give going google guy had happen help her high his i'm \
        important improve increase iphone its just language learning live long made men mobile movie no now number \
        old only our over prepare question questions read real right s same school science see sex she software still \
        stop student study system tell thing through top two under using war water website while women years
        2017 6 7 against age america american answer apply around ask available average b bank believe big biggest \
        body boyfriend c call can't car career causes china chinese class clinton code come common compare considered \
        cost countries course create data date days degree delhi differences doesn't doing done download e each earn \
        earth eat email employees end engineer even every exam exist experience favorite food friend friends future \
        game getting girlfriend girls god got government great hair happens hard having hillary him history home \
        human instagram interesting internet interview java jobs keep kind laptop last living look makes making man \
        market math meaning mind month movies music myself name never next non off open own pakistan password place \
        play popular power president process programming relationship review rid safe say seen self series service \
        services site skills social something song songs speed state states students such tech technology test then \
        tips today too true tv u united university usa very video watch web white win woman word working worth write \
        writing wrong you've youtube
        0 100 1000 15 20 30 50 500 8 9 able actually add advice affect again air alcohol also always amazon another \
        answers anything apple application apps asked avoid bangalore based beautiful because behind benefits blog \
        both brain build california called canada cat cause cell center child children choose city civil coaching \
        colleges compared control convert courses culture daily dark deal death delete design develop developer \
        development die differ dog down dream drink drug education effects election energy enough etc europe ex exams \
        face facts fall family famous fast faster fat female few field fight file fix force form gain games gate \
        germany given gmail graduate grow guys hack happened hate health healthy heard height hotel hours house \
        humans idea ideas iit indians instead institute international invest investment islam it's japanese jee join \
        known law leave left legal less let level light looking low m macbook machine main major management marketing \
        mass mba mechanical media medical model modi months move ms near net normal note notes order others page \
        parents part past pay per period physics places plan point police post price private pro problem problems \
        product products profile program project pros public put rate reason reasons recover red reduce related \
        remove research rs run salary score search sell sentence set short show side sim similar sites size sleep \
        small snapchat solve south space started startup stay stock story successful sun support t talk term terms \
        text theory these those times topics traffic training travel type uk universe universities value visit vote \
        wear websites week well whatsapp windows words worst x yourself
        + 000 11 12 12th 13 16 18 2000 2015 40 4g access acid across act address advantages allowed americans among \
        amount analysis animals anime applications approach architecture area army asian attack australia away baby \
        balance basic battery below bill birthday block blocked blood blowing blue board bollywood boy brand break \
        british c++ ca calculate camera capital care caste cbse chance chances changed character charge chat check \
        chemical climate close coffee cold color coming communication cons consider contact content convince core \
        corporate correct county court crack credit crush cure currency current currently d dating decision deep \
        deleted depression describe details determine didn't diet difficult digital distance dogs drive driving due \
        early easiest easily eating economic economy effect effective electrical electronics else engine equation \
        estate everyone everything evidence exactly example exercise explain fake fastest father favourite fear files \
        film finance financial fire flight follow following foreign found front full function functions funniest \
        galaxy gas gay general german gift gold gps gravity gre greatest green group hand happy harry head higher \
        hindi hire hyderabad i've ias id image improvement industry information inr insurance intelligence interest \
        interested internship iq isis isn't japan jesus jio kids kill knowledge languages lead league least lesser \
        letter license likely likes line linux list little london loss lost lot loves mac mail majors male manage \
        marks marriage married marry material maths matter means meet memory message messages messenger meth method \
        microsoft middle minimum mistake mix modern moment mon moon mother mumbai muslim muslims must n names \
        narendra national natural negative network news night north numbers obama offer office officer often oil okay \
        once opinion opportunities option options overcome paid pain paper party pass passport pc personal \
        personality phones photos picture pictures planet player playing please plus pok policy porn positive potter \
        pounds practice pregnant preparation presidential pressure prevent prime professional property pune purpose \
        python quality quickly r rank reading recently recovery recruit regular rehab religion remember required \
        reservation reset resources rich role russia said sales samsung save says sbi schools scope season second \
        secret security send sent share shows since singapore single skin sleeping smart society solar sometimes soon \
        sound source speaking speech ssc standard star starting steps store stories strongest structure studying \
        suggest suicide super sydney systems taken taking talking tamil tax tcs tea teach team testing thinking third \
        though three thrones together tool towards track train transfer try turn twitter types uber understand useful \
        users uses videos view views visa visiting vs wants western wife within won won't works writer written yahoo \
        yes you're young
        10th 14 17 2013 2014 21 25 3g abroad accept accepted according accounts accurate acne active activities actor \
        actress ad admission adult advanced affordable aircraft algorithms alive allow almost alone along already \
        amazing ancient animal anti appear aren't arnab art artificial artist asia asking atheist attend attractive \
        automation ball ban banking banned battle becomes becoming bed begin beginner beginners belly bible bigger \
        bike birth born bought box boys branch bring budget building burn button buying calls came campus cancer \
        cannot cards carry cars case cash cats caused century ceo cgl changing channel characteristics cheap \
        chemistry chennai chess chip choice christmas chrome cities classes clean clear clothes coding colour comes \
        commerce commercial competitive complete completely completing concept connect connection considering \
        conversation copy count couples cover created creative cricket crime cs cse cultural customer cut dangerous \
        dead debit decide define definition demand democracy demonetization designer despite determined developed \
        developing device devices dhoni died diploma disadvantages doctor documents double dreams drinking dubai east \
        easy ece economics editing either elected elections electricity embedded empire engineers england enjoy \
        entrepreneur environment episode equal error especially european events everyday evolution existence expect \
        expected expensive experiences express eye eyes f fact fail failed far fashion faux features feeling feelings \
        fiction figures final firm five fly followers football forget forgot formed formula four framework french \
        fresher fun fund funding g gaming generally gets glass global goa goals grade grades grads graduation ground \
        growth gun gym hacking handle harassment harvard heart heat here hindu historical hitler hole hollywood hot \
        hotels hour html hurt husband ice iii iim illegal images impact importance income independent india's \
        industrial influence inpatient inside install installation intelligent introvert invented investing investors \
        ios ipad israel issues ivy javascript jealous jews joke k kejriwal key kg khan king korea korean land late \
        later latest laws learned led length lines linkedin listen literature loan local located location log longer \
        looks loose lord losing lower mains malaysia manager marijuana mark master's masters masturbation match \
        mathematics maximum may meant measure meat medicine members met metal might military milk million minister \
        mit moral morning motivated moto moving mr multiple muscle naturally necessary needed needs neet netflix nice \
        nothing novel novels nuclear object ok older olympics ones operating origin original os outside package \
        pakistani pan panel papers partner parts pas path pdf percentage perfect performance permanent petrol phd \
        philosophy photo php phrase physical pick pilot placement planning plant plants pm points political politics \
        poor population position positions potential powerful pre prefer preparing presence present presidency \
        procedure profit programmer programs projects proof prospects prove provide provider psychology publish \
        purchase pursue pursuing quantum quit race ram range rather ratio rbi react reality receive recent regarding \
        register regret release reliable religious replace requirements respond rest restaurant restaurants resume \
        return revenue rights room root running rupee rupees sad san saying scale scam scientific scientist screen \
        sea sector seem selected seo serve server sexual shall shoes shouldn't sign signs silicon simple situation \
        skill slow smartphone smell smoking solution someone's speak special species specific spend sports square \
        staff stand stars startups station status steel step stocks strategy stream strong studies style subject \
        success sugar suggestions suitable sum summer supply surgery survive switch syllabus symbol symptoms taller \
        taste teacher technical temperature themselves thoughts ticket tickets tired told tools torrent total touch \
        tourist trade trading translate treat tried trip trump's trust truth trying typical un undergraduate union \
        unique unmarried until update upgrade upsc uri urine user v valley version via viewed voice wake wall wars \
        watching weed weeks weirdest west whether who's whole whom wifi wine wins wish wordpress workout worse xbox y \
        yet york zero
        15000 15k 19 1st 200 2012 21st 22 23 24 27 2nd 32 360 3d 3rd 45 5s 60 6s 90 aap ability above ac academic \
        academy accenture accidentally achieve acquire acquisition action actors actual added ads advantage \
        advertising aerospace affected afraid africa african agency ago agriculture airline airlines airport al \
        alabama algorithm alien aliens alternative amendment anal analyst analytics angry angular anonymous answering \
        anthem anxiety anybody anymore apache apart api applied applying appropriate arabic areas arguments artists \
        arts arvind asks aspects assembly associated astrology atheists atm atom attacks attracted audio australian \
        aware background bacteria band bang bangladesh banks banning base basics basis batman beat became benefit \
        bernie besides bhopal biased binary biology bit bitcoin bits bjp blogs bluetooth bomb boost boring brands \
        britain broke brother brown btech built c# cab cable calling calories cameras campaign canadian cancel \
        candidate candidates capacity captain carbon cases celebrate celebrity cells central centre certain \
        certificate certification cgpa chain challenges changes channels characters charger charges cheapest cheating \
        chicken childhood chosen christian cigarettes circle citizen citizens classical classified clat client \
        clothing cloud cm co codes collapse colors comedy comment comments commit communicate community compiler \
        completed complex compound computers conduct confidence conflict congress connected consequences constant \
        constitution continue contrast cook cool cope corruption craziest cream creating critical cross cry cup curve \
        custom cyber cycle database daughter dc de debate debt december decided defeat degrees democratic density \
        departments deposit depressed designed designing desktop destroy developers diesel digit direct direction \
        directly director disease dishes disorder display dna doctors document dollar dollars domain don dont dot dr \
        dragon dress drinks driver drivers drop drugs dry dual dying ear earning earphone earphones easier edit \
        editor educational effectively efficient eggs einstein electric electronic emails emotional empty ending \
        enter enterprise entire entrance entry episodes equity equivalent essay esteem eu event evil evolved \
        examination excel exchange exercises exists experienced explanation expression extent external extremely \
        facial factors failure fair faith falling fan feature fee feed feet fi figure finding fine fired firms fish \
        fit fitness fixed flash flat flipkart flow flying focus followed font foods format forms fought france \
        franchise freedom frequency fresh freshers friendship fruit fuel funds funny furniture ga gadgets gandhi gap \
        gates gender generate generation george ghosts gives giving gmat gods goes gone goswami graduates \
        grammatically graphic greek grid groups growing guide guilty guitar gurgaon h h1b habit habits hacked hacker \
        hacks hadoop half hands happening hardware harmful haven't hd he's headphones hear heaven heavy hell helpful \
        hide highest himself hiring hit hold huge ibm ibps icloud ideal ielts ii impacts import impossible improved \
        inch include including independence individual indonesia infinite infosys innovative inspirational institutes \
        internal interviews introduce involved ip ipod iran iron issue italy itself itunes j jet joining jokes js \
        justice keeps kerala keyboard killed kinds kingdom kiss knew knowing knows kolkata l lack lady lake lakhs \
        large largest latin launch leader leadership lectures legally legit lenovo lesson lessons letters levels \
        lewis liberal library lift liked limit limited linear link liquid listening lives load lock logic logical \
        login logo lollipop lots loved loving lying lyrics machines magic magnetic maintain manufacturing marine \
        marked mars master masturbate materials mathematical mbbs medium meeting member mental methods mexico mid \
        millionaire mine minute minutes missing mistakes mode models mom monitor mostly motivate motivation motor \
        mouse movement muhammad multi musical mutual nails nano narcissist naruto nation nations native nature navy \
        nazi nba ncr needing networking networks neutrality nit noida nose notice o objective obtain occur ocd offers \
        officers offline ola omegle opt oral orbit organic organization output oxygen p pages parallel parent paris \
        particular passed pattern payment paypal peace pen penalty penis people's percent periods permanently pet \
        philippines pickup piece placed placements plane planets plastic platform played players po poem pokemon \
        poker pop port posts pradesh pregnancy premium prepaid previous prices primary principle print privilege \
        probability processing produce production professor profitable promote properties protect protein provides \
        ps4 psychological pull puppy pure push qualities quantity quick quora's quotes racist radio rahul railway \
        rain raise random rap rates re reach reaction ready reasoning received recommend record redmi reference \
        refund regions registered rejected relation relations relationships relative released relevant reliance \
        removed rent repair reply report republic request require resource respect responsible result results returns \
        reviews revolution rice ride ring rise risk road robert rock roman romantic round router routine rules \
        russian sanders sanskrit sap saved saving savings saw sc scared scene scholarship scratch seat seats seconds \
        section seeing seems selection selling semester sending senior sense sentences separate serious seriously \
        setting seven shape shares shave shepherd sherlock ship shirt shopping showing sick sides significance \
        similarities sister sit six smile smoke snow sodium soft solutions solving somebody son sort sources spain \
        spanish sperm sport spot spring sql stack stage stanford statistics steve stopped storage straight strategies \
        streaming street strength stress strikes string structural structures stuff stupid subtitles suddenly \
        superpower supporters supporting supreme sure surface surgical swami syndrome table tablet takes tall tank \
        tata taught teachers teaching techniques technologies teenager ten tend terror terrorism terrorist tests \
        that's theme theories thesis thought till tinder title took tooth topic traditional traits traveling \
        travelling treated treatment tree triangle tribe trick trouble truly turkey turning twice ugc ugly ui ukraine \
        unable understanding uniform unit unlock unusual upcoming upload usually valid values various vector velocity \
        venture verify vice vietnam virgin virtual virus vision visitors vivekananda vlsi voltage volte volume vpn \
        wait walk walking wanted washing washington waste watched wave waves weakest weapons wearing weather wedding \
        weird went whose wi wikipedia willing winter wireless wise withdraw worship wouldn't writers yellow youth z \
        zealand
        """
}
