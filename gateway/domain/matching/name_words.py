"""The words of Indonesian names that are not the name itself, and the spellings of one name."""

from typing import Final

from gateway.domain.matching.spelling import bunyi, kelompok_ejaan

GELAR_DEPAN: Final = frozenset(
    # Religious
    "h hj haji hajjah hajah kh kyai kiai nyai ust ustad ustadz ustadzah usth tgk teungku tgh buya syekh"
    # Academic and professional
    " prof dr dra drs drg drh ir apt ns bdn"
    # Ranks
    " brigjen mayjen letjen jend jenderal kolonel kol letkol mayor kapten kapt lettu letda serma"
    " sertu serda serka kopka koptu praka pratu prada kombes akbp kompol akp iptu ipda aiptu aipda"
    " bripka brigpol briptu bripda pol purn"
    " inf kav arh czi cpl cpm"
    # Forms of address, and of the dead
    " bapak bpk pak ibu bu ny nyonya tn tuan nn nona sdr sdri saudara saudari alm almh almarhum"
    " almarhumah mr mrs miss".split()
)

GELAR_BELAKANG: Final = frozenset(
    [
        "se",
        "sh",
        "st",
        "sp",
        "si",
        "sag",
        "sip",
        "sos",
        "ssos",
        "skom",
        "skm",
        "skep",
        "sked",
        "spd",
        "spdi",
        "spdsd",
        "spsi",
        "ssi",
        "ssn",
        "sst",
        "sstp",
        "stp",
        "spt",
        "shut",
        "shi",
        "shum",
        "sgz",
        "sfarm",
        "sfil",
        "sds",
        "sds",
        "skeb",
        "skg",
        "skh",
        "strkeb",
        "strkep",
        "strkes",
        "strft",
        "sak",
        "sab",
        "sap",
        "skpm",
        "mm",
        "mh",
        "mt",
        "ma",
        "mba",
        "mag",
        "map",
        "mars",
        "mak",
        "mhum",
        "mhan",
        "mkes",
        "mkeb",
        "mkep",
        "mkom",
        "mkn",
        "mp",
        "mpd",
        "mpdi",
        "mpsi",
        "msc",
        "msi",
        "msn",
        "msos",
        "mstr",
        "msp",
        "mtp",
        "mphil",
        "mpp",
        "mpar",
        "mikom",
        "mth",
        "ba",
        "bsc",
        "beng",
        "bba",
        "lc",
        "llm",
        "llb",
        "phd",
        "amd",
        "amdkeb",
        "amdkep",
        "amk",
        "amkep",
        "amkeb",
        "amg",
        "amf",
        "ama",
        "apt",
        "ns",
        "ak",
        "ca",
        "cpa",
        "psikolog",
        "sppd",
        "spog",
        "spa",
        "spb",
        "spm",
        "spkk",
        "sps",
        "spkj",
        "spot",
        "sprad",
        "span",
        "spjp",
        "sptht",
        "spu",
        "dess",
        "dea",
    ]
)
"""Written without dots."""

GELAR_BELAKANG_JELAS: Final = frozenset(
    [
        "spd",
        "spdi",
        "spdsd",
        "mpd",
        "mpdi",
        "skm",
        "skep",
        "amd",
        "amdkeb",
        "skom",
        "mkom",
        "ssos",
        "mkes",
        "msi",
        "msc",
        "ssi",
        "mba",
        "phd",
        "sked",
        "sstp",
        "mhum",
        "shum",
        "amkeb",
        "amkep",
        "spsi",
        "mpsi",
    ]
)
"""Those that nobody bears as a name, known without dot or comma."""

NASAB: Final = {
    "bin": "bin", "binti": "binti", "bt": "binti", "bte": "binti", "bti": "binti", "ibn": "bin",
}  # fmt: skip
NASAB_PANJANG: Final = (
    (" a/l ", " bin "), (" s/o ", " bin "), (" a/p ", " binti "), (" d/o ", " binti "),
    (" anak dari ", " bin "), (" putra dari ", " bin "), (" putri dari ", " binti "),
)  # fmt: skip
ALIAS: Final = frozenset(["alias", "als", "aka"])
KETURUNAN: Final = {
    "jr": "jr",
    "junior": "jr",
    "sr": "sr",
    "senior": "sr",
    "ii": "ii",
    "iii": "iii",
}

SINGKATAN: Final[dict[str, frozenset[str]]] = {
    short: frozenset(map(bunyi, full.split()))
    for short, full in (
        ("m", "muhammad"), ("moh", "muhammad"), ("mohd", "muhammad"), ("moch", "muhammad"),
        ("mochd", "muhammad"), ("muh", "muhammad"), ("muhd", "muhammad"), ("much", "muhammad"),
        ("mhd", "muhammad"), ("mhmd", "muhammad"), ("md", "muhammad made"),
        ("a", "ahmad abdul andi"), ("ach", "ahmad"), ("akh", "ahmad"), ("ahm", "ahmad"),
        ("abd", "abdul"), ("abdl", "abdul"), ("st", "siti"), ("nr", "nur"), ("n", "nur"),
        ("wy", "wayan"), ("wyn", "wayan"), ("nym", "nyoman"), ("kt", "ketut"), ("kmg", "komang"),
        ("kd", "kadek"), ("pt", "putu"), ("gd", "gede"), ("gst", "gusti"), ("dw", "dewa"),
        ("ngr", "ngurah"), ("dg", "daeng"), ("tb", "tubagus"), ("gt", "gusti"), ("rd", "raden"),
        ("r", "raden"), ("fx", "fransiskus"), ("fr", "fransiskus"), ("yoh", "yohanes"),
    )
}  # fmt: skip
"""Short form -> sound keys of what it stands for."""

INISIAL_TETAP: Final = frozenset("m")
"""Letters that stand for one name alone: `M.` is Muhammad, not Maria."""

SINGKATAN_GANDA: Final = {
    "ib": ("ida", "bagus"), "ia": ("ida", "ayu"), "aa": ("anak", "agung"), "rm": ("raden", "mas"),
    "rr": ("raden", "roro"), "ra": ("raden", "ajeng"),
}  # fmt: skip
"""Short forms of two words, known at the beginning of a name only."""

SEBUTAN: Final = frozenset(
    map(
        bunyi,
        [
            "i",
            "ni",
            "raden",
            "rara",
            "roro",
            "mas",
            "ajeng",
            "andi",
            "daeng",
            "tubagus",
            "gusti",
            "muhammad",
            "cut",
            "teuku",
        ],
    )
)
"""Parts that are often left out: articles, nobility, Muhammad."""

UMUM: Final = SEBUTAN | frozenset(
    map(
        bunyi,
        [
            "ahmad",
            "abdul",
            "siti",
            "sri",
            "nur",
            "dewi",
            "ida",
            "bagus",
            "anak",
            "agung",
            "wayan",
            "made",
            "nyoman",
            "ketut",
            "putu",
            "kadek",
            "komang",
            "gede",
            "luh",
            "ayu",
            "maria",
        ],
    )
)
"""Parts that so many people share that they prove nothing alone."""

BERTENTANGAN: Final = (frozenset(("i", "ni")), frozenset(map(bunyi, ("teuku", "cut"))))
"""Parts of which one excludes the other: the bearer's sex."""

MARGA: Final = frozenset(
    map(
        bunyi,
        "aritonang batubara damanik ginting girsang gultom harahap hasibuan hutabarat hutagalung"
        " hutapea hutasoit karo-karo lubis lumbantobing manalu manik manurung marbun marpaung matondang"
        " munthe nababan nainggolan napitupulu nasution pakpahan pane panggabean pangaribuan panjaitan"
        " pardede parapat pasaribu perangin-angin pohan pulungan purba rambe rangkuti ritonga saragi"
        " saragih sagala samosir sembiring siagian sianipar sianturi siahaan sibarani sibuea sidabutar"
        " sigalingging sihaloho sihombing sihite silaban silaen silalahi simamora simanjuntak"
        " simanungkalit simarmata simatupang simbolon sinaga sinambela sinurat siregar sirait sitanggang"
        " sitepu sitinjak sitohang sitompul sitorus situmeang situmorang tambunan tampubolon tanjung"
        " tarigan tobing togatorop turnip "
        # Minahasa, Toraja, Maluku, Nusa Tenggara, Papua
        " kalalo kaunang lasut lumenta mamesah mandagi mangindaan mokoginta paat pandelaki pangemanan"
        " pontoh rumambi runtuwene sondakh supit tumbelaka tumewu turangan waworuntu wowor"
        " latuconsina leimena lekatompessy manuhutu manuputty pattinama pattipeilohy sahetapy"
        " siahaya tanamal titaley tuhumury tutuarima kambu kafiar korwa rumbiak wanggai".replace(
            "-", ""
        ).split(),
    )
)

SEJENIS: Final = dict(
    kelompok_ejaan(
        """\
muhammad mohammad mohamed muhammed mochammad muchammad mukhammad mohamat mahammad
ahmad achmad akhmad ahmed
abdullah abdulloh abdulah
rahman rohman
rahim rohim
rahmat rohmat
rahmah rohmah
ramadhan romadhon ramadan romadon ramadhon
saleh soleh
salehah solehah solihah salihah
salihin solihin solehin
solihin sholikin
khairul khoirul choerul khaerul
khairun khoirun
khairiyah khoiriyah khoeriyah
khairudin khoirudin khaerudin
umar omar
usman osman ustman
husain husein husin husen hussein
laila leila layla lela
zainal zaenal
zainab zaenab
zainudin zaenudin
saiful saeful syaiful saipul
saifudin saefudin
kamarudin komarudin qomarudin
komariah qomariyah kamariah
jamaludin djamaloedin jamaluddin
yusuf jusuf yusup
yunus junus
yahya jahja
ismail ismael esmail
ibrahim ibrohim
ilyas elyas
ridwan ridhuan riduan
rizki rizqi rezki reski
maimunah maemunah
khadijah kadijah
aisyah aisiyah aisyiah
mukhtar mohtar
taufik topik taofik
rofiq rafiq
rasyid rosyid
rasyidah rosyidah
khalid kholid
khalik kholik
aziz azis ajis
khalil kholil
ghafur ghofur
ghazali ghozali
mualim muallim
ramlah romlah
nur noor nor
siti sitti
slamet selamat
suratmi soeratmi
arif arief ariep
yohanes johanes yohannes johannes
fransiskus fransiscus franciscus
kristina christina kristine
elisabet elizabeth elisabeth
yosep yoseph josef yosef joseph
yakub jakob yakob jacob"""
    )
)
"""Sound key of a spelling -> sound key of the name it belongs to."""
