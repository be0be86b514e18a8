"""The catalogue's texts in Swedish: the English one to the Swedish one, code by code.

One table, as long as the catalogue is. A text that stands in several entries
stands here once, with the first.
"""

CATALOGUE = {
    # CS001
    "The workbook is not there": "Arbetsboken finns inte där",
    "There is no file where corsheet looks for the workbook.": (
        "Det finns ingen fil där corsheet letar efter arbetsboken."
    ),
    "orders.xlsx was moved to another folder. The last good orders stay in service until it is"
    " back.": (
        "orders.xlsx har flyttats till en annan mapp. De senaste godkända ordrarna ligger kvar i"
        " kassan tills den är tillbaka."
    ),
    "put the workbook back, or name the place where it is now": (
        "lägg tillbaka arbetsboken, eller ange var den finns nu"
    ),
    # CS002
    "The workbook cannot be opened": "Arbetsboken kan inte öppnas",
    "The computer refused to read the file: another program has locked it, or rights are"
    " missing.": (
        "Datorn lät inte filen läsas: ett annat program har låst den, eller så saknas behörighet."
    ),
    "A backup program has locked orders.xlsx while it copies it. The last good orders stay in"
    " service meanwhile.": (
        "Ett program för säkerhetskopiering har låst orders.xlsx medan det kopierar den. De"
        " senaste godkända ordrarna ligger kvar i kassan under tiden."
    ),
    "close the program that holds the file, or give corsheet the right to read it": (
        "stäng programmet som håller filen, eller ge corsheet rätt att läsa den"
    ),
    # CS003
    "The file is empty": "Filen är tom",
    "The file holds nothing at all, as one does whose saving was cut off.": (
        "Filen innehåller ingenting alls, som när en sparning har avbrutits."
    ),
    "The disk was full when orders.xlsx was saved, so it has 0 kB. The last good orders stay in"
    " service until a whole file is there.": (
        "Disken var full när orders.xlsx sparades, så filen är på 0 kB. De senaste godkända"
        " ordrarna ligger kvar i kassan tills en hel fil finns där."
    ),
    "save the workbook again where it is still open, or put a backup copy in its place": (
        "spara arbetsboken igen där den fortfarande är öppen, eller lägg dit en säkerhetskopia"
    ),
    # CS004
    "The file is not an Excel workbook": "Filen är ingen Excel-arbetsbok",
    "Whatever its name says, the file does not hold an .xlsx or .xlsm workbook.": (
        "Vad filen än heter innehåller den ingen arbetsbok av slaget .xlsx eller .xlsm."
    ),
    "A PDF of the orders was saved under the name orders.xlsx. The last good orders stay in"
    " service until a workbook is there.": (
        "En pdf med ordrarna har sparats under namnet orders.xlsx. De senaste godkända ordrarna"
        " ligger kvar i kassan tills en arbetsbok finns där."
    ),
    "put the workbook itself there, saved as “Excel Workbook (.xlsx)”": (
        "lägg dit själva arbetsboken, sparad som ”Excel-arbetsbok (.xlsx)”"
    ),
    # CS005
    "The workbook has a password": "Arbetsboken har ett lösenord",
    "Whoever opens the file is asked for a password, and corsheet has none to give. A password"
    " that only guards a sheet against changes does no harm.": (
        "Den som öppnar filen måste ange ett lösenord, och corsheet har inget. Ett lösenord som"
        " bara skyddar ett blad mot ändringar gör ingen skada."
    ),
    "Excel asks for a password when orders.xlsx is opened. The last good orders stay in service"
    " until it opens without one.": (
        "Excel frågar efter ett lösenord när orders.xlsx öppnas. De senaste godkända ordrarna"
        " ligger kvar i kassan tills den kan öppnas utan."
    ),
    "in Excel choose File, Info, Protect Workbook, Encrypt with Password, empty the field and"
    " save; in LibreOffice choose Save As and take the tick off “Save with password”": (
        "i Excel: välj Arkiv, Info, Skydda arbetsbok, Kryptera med lösenord, töm fältet och spara;"
        " i LibreOffice: välj Spara som och ta bort krysset vid ”Spara med lösenord”"
    ),
    # CS006
    "The workbook is damaged": "Arbetsboken är skadad",
    "The file starts like a workbook, but a part of it is missing or changed. A save that was"
    " cut off, or that is not finished yet, looks like this. Where only one of Enactor's sheets is"
    " damaged, its clients are told no orders, and the tills are served.": (
        "Filen börjar som en arbetsbok, men en del av den saknas eller är förändrad. Så ser det ut"
        " när en sparning har avbrutits eller inte är klar än. Om bara ett av Enactors blad är"
        " skadat visas inga ordrar för dess klienter, men alla i kassan."
    ),
    "orders.xlsx was copied from a memory stick that was pulled out too soon. The last good"
    " orders stay in service until the whole file is there.": (
        "orders.xlsx kopierades från ett USB-minne som drogs ut för tidigt. De senaste godkända"
        " ordrarna ligger kvar i kassan tills hela filen finns där."
    ),
    "open it in Excel or LibreOffice, let it repair the file, and save it again": (
        "öppna den i Excel eller LibreOffice, låt programmet reparera filen och spara den igen"
    ),
    # CS007
    "The workbook is larger than allowed": "Arbetsboken är större än tillåtet",
    "A limit keeps a workbook from taking all the memory or time that the till needs. The"
    " message names the limit. Where one of Enactor's sheets is over it, its clients are told no"
    " orders, and the tills are served.": (
        "En gräns hindrar att en arbetsbok tar allt minne eller all tid som kassan behöver."
        " Meddelandet säger vilken gräns. Om ett av Enactors blad går över den visas inga ordrar"
        " för dess klienter, men alla i kassan."
    ),
    "A note stands far to the right on Items, in the 300th column, and corsheet reads 256. The"
    " last good orders stay in service until it is gone.": (
        "En anteckning står långt ut till höger på Items, i den 300:e kolumnen, och corsheet läser"
        " 256. De senaste godkända ordrarna ligger kvar i kassan tills den är borta."
    ),
    "delete what is not needed, or raise the limit in corsheet.toml": (
        "ta bort det som inte behövs, eller höj gränsen i corsheet.toml"
    ),
    # CS008
    "The workbook holds something no workbook needs": (
        "Arbetsboken innehåller något som ingen arbetsbok behöver"
    ),
    "Neither Excel nor LibreOffice writes such parts; they are used to attack programs that read"
    " workbooks.": (
        "Varken Excel eller LibreOffice skriver sådana delar; de används för att angripa program"
        " som läser arbetsböcker."
    ),
    "orders.xlsx came by e-mail, and two parts inside the file have the same name. The file is"
    " not read, and the last good orders stay in service.": (
        "orders.xlsx kom med e-post, och två delar inne i filen har samma namn. Filen läses inte,"
        " och de senaste godkända ordrarna ligger kvar i kassan."
    ),
    "open it in Excel or LibreOffice and save it as a new file": (
        "öppna den i Excel eller LibreOffice och spara den som en ny fil"
    ),
    # CS009
    "The workbook is saved as “Strict Open XML”": "Arbetsboken är sparad som ”Strict Open XML”",
    "Excel offers two kinds of .xlsx; corsheet reads the usual one.": (
        "I Excel finns två slags .xlsx; corsheet läser det vanliga."
    ),
    "“Strict Open XML Spreadsheet” was chosen when orders.xlsx was saved. The last good orders"
    " stay in service until it is saved as the usual kind.": (
        "”Strict Open XML-kalkylblad” valdes när orders.xlsx sparades. De senaste godkända"
        " ordrarna ligger kvar i kassan tills den är sparad som det vanliga slaget."
    ),
    "in Excel choose Save As, “Excel Workbook (.xlsx)”, without “Strict”": (
        "välj Spara som i Excel och ”Excel-arbetsbok (.xlsx)”, utan ”Strict”"
    ),
    # CS010
    "The workbook is of the old .xls kind": "Arbetsboken är av det gamla slaget .xls",
    "Excel wrote this kind until 2003. How its numbers are shown is kept in another way, so ids"
    " could lose their zeros; corsheet reads it not at all rather than nearly right.": (
        "Det slaget skrev Excel fram till 2003. Där sparas det på ett annat sätt hur tal visas, så"
        " id:n kunde förlora sina nollor; corsheet läser det hellre inte alls än nästan rätt."
    ),
    "An old program writes its orders as orders.xls. The last good orders stay in service until"
    " the workbook is saved as .xlsx.": (
        "Ett gammalt program skriver sina ordrar som orders.xls. De senaste godkända ordrarna"
        " ligger kvar i kassan tills arbetsboken är sparad som .xlsx."
    ),
    "open it in Excel or LibreOffice and save it as “Excel Workbook (.xlsx)”": (
        "öppna den i Excel eller LibreOffice och spara den som ”Excel-arbetsbok (.xlsx)”"
    ),
    # CS011
    "The workbook is an OpenDocument file (.ods)": "Arbetsboken är en OpenDocument-fil (.ods)",
    "LibreOffice's own kind. How its numbers are shown is kept in another way, so ids could lose"
    " their zeros; corsheet reads it not at all rather than nearly right.": (
        "Det är LibreOffices eget slag. Där sparas det på ett annat sätt hur tal visas, så id:n"
        " kunde förlora sina nollor; corsheet läser det hellre inte alls än nästan rätt."
    ),
    "LibreOffice saved the orders as orders.ods, as it does unless told otherwise. The last good"
    " orders stay in service until the workbook is saved as .xlsx.": (
        "LibreOffice sparade ordrarna som orders.ods, vilket det gör om inget annat väljs. De"
        " senaste godkända ordrarna ligger kvar i kassan tills arbetsboken är sparad som .xlsx."
    ),
    "open it in LibreOffice and save it as “Excel 2007-365 (.xlsx)”": (
        "öppna den i LibreOffice och spara den som ”Excel 2007-365 (.xlsx)”"
    ),
    # CS012
    "The workbook is of the binary kind (.xlsb)": "Arbetsboken är av det binära slaget (.xlsb)",
    "Excel's binary kind is kept in another way; corsheet reads the usual one.": (
        "Excels binära slag är uppbyggt på ett annat sätt; corsheet läser det vanliga."
    ),
    "“Excel Binary Workbook” was chosen to make the file smaller. The last good orders stay in"
    " service until it is saved as .xlsx.": (
        "”Binär Excel-arbetsbok” valdes för att göra filen mindre. De senaste godkända ordrarna"
        " ligger kvar i kassan tills den är sparad som .xlsx."
    ),
    "open it in Excel and save it as “Excel Workbook (.xlsx)”": (
        "öppna den i Excel och spara den som ”Excel-arbetsbok (.xlsx)”"
    ),
    # CS013
    "The file is a text file": "Filen är en textfil",
    "A text file (.csv, .txt, a web page) knows neither sheets nor how an id is shown. A new"
    " name does not make a workbook of it.": (
        "En textfil (.csv, .txt, en webbsida) känner varken till blad eller hur ett id visas. Ett"
        " nytt namn gör den inte till en arbetsbok."
    ),
    "The web shop's orders.csv was renamed to orders.xlsx. The last good orders stay in service"
    " until a workbook is there.": (
        "Webbutikens orders.csv har döpts om till orders.xlsx. De senaste godkända ordrarna ligger"
        " kvar i kassan tills en arbetsbok finns där."
    ),
    "open it in Excel or LibreOffice, with the id columns as Text, and save it as “Excel"
    " Workbook (.xlsx)”": (
        "öppna den i Excel eller LibreOffice, med id-kolumnerna som Text, och spara den som"
        " ”Excel-arbetsbok (.xlsx)”"
    ),
    # CS014
    "The file is a zip of something else": "Filen är en zip med något annat i",
    "Inside, a workbook is a zip with certain parts in it, and this one has others: a document,"
    " a presentation, or a folder that was packed.": (
        "Inuti är en arbetsbok en zip med vissa bestämda delar. Den här har andra: ett dokument,"
        " en presentation eller en mapp som har packats."
    ),
    "The workbook was packed to be sent, and orders.zip was renamed to orders.xlsx. The last"
    " good orders stay in service until the workbook itself is there.": (
        "Arbetsboken packades för att skickas, och orders.zip döptes om till orders.xlsx. De"
        " senaste godkända ordrarna ligger kvar i kassan tills själva arbetsboken finns där."
    ),
    # CS015
    "A fault of corsheet itself": "Ett fel i själva corsheet",
    "Something on Enactor's sheets made the program itself fail. Enactor's clients are told no"
    " orders, and Hii Retail's tills are served as ever.": (
        "Något på Enactors blad fick själva programmet att fela. Inga ordrar visas för Enactors"
        " klienter, och Hii Retails kassor får sina som vanligt."
    ),
    "A sheet of Enactor's is laid out in a way that nobody had thought of. Hii Retail's tills are"
    " served, and Enactor's clients are told nothing.": (
        "Ett av Enactors blad är upplagt på ett sätt som ingen har tänkt på. Hii Retails kassor"
        " får sina ordrar, och Enactors klienter får inga."
    ),
    "send the message to whoever looks after corsheet; until then undo the last change": (
        "skicka meddelandet till den som sköter corsheet; ångra den senaste ändringen så länge"
    ),
    # CS101
    "A sheet is missing": "Ett blad saknas",
    "The sheets Orders and Items must be there. The whole workbook is refused, and the last good"
    " orders stay in service.": (
        "Bladen Orders och Items måste finnas. Hela arbetsboken avvisas, och de senaste godkända"
        " ordrarna ligger kvar i kassan."
    ),
    "The sheet with the items is called “Lines”, a name that corsheet does not know. The"
    " workbook is refused until the sheet is called Items.": (
        "Bladet med artiklarna heter ”Lines”, ett namn som corsheet inte känner till. Arbetsboken"
        " avvisas tills bladet heter Items."
    ),
    "name the sheets Orders and Items; `corsheet init` writes a workbook that has them": (
        "döp bladen till Orders och Items; `corsheet init` skriver en arbetsbok som har dem"
    ),
    # CS102
    "A sheet stands twice": "Ett blad finns två gånger",
    "Two sheets carry names that mean the same, so nobody can tell which one counts. The whole"
    " workbook is refused, and the last good orders stay in service. With two of Enactor's sheets"
    " only Enactor's clients are told no orders.": (
        "Två blad har namn som betyder samma sak, så ingen kan veta vilket som gäller. Hela"
        " arbetsboken avvisas, och de senaste godkända ordrarna ligger kvar i kassan. Med två av"
        " Enactors blad gäller det bara Enactors klienter."
    ),
    "There is a sheet Items and a sheet Rader, which is another name for Items. The workbook is"
    " refused until one of them is renamed or deleted.": (
        "Det finns ett blad Items och ett blad Rader, som är ett annat namn för Items. Arbetsboken"
        " avvisas tills ett av dem har bytt namn eller tagits bort."
    ),
    "rename or delete one of the sheets": "byt namn på ett av bladen, eller ta bort det",
    # CS103
    "A column is missing": "En kolumn saknas",
    "A heading that the sheet must have was not found. The whole workbook is refused, and the last"
    " good orders stay in service. On one of Enactor's sheets only Enactor's clients are told no"
    " orders.": (
        "En rubrik som måste finnas på bladet hittades inte. Hela arbetsboken avvisas, och de"
        " senaste godkända ordrarna ligger kvar i kassan. På ett av Enactors blad gäller det bara"
        " Enactors klienter."
    ),
    "Orders has no heading Customer. The workbook is refused until it stands in the heading row.": (
        "Orders har ingen rubrik Customer. Arbetsboken avvisas tills den står i rubrikraden."
    ),
    "write the heading in the heading row": "skriv rubriken i rubrikraden",
    # CS104
    "A column stands twice": "En kolumn finns två gånger",
    "Two headings mean the same column, so nobody can tell which one counts. The whole workbook is"
    " refused, and the last good orders stay in service. On one of Enactor's sheets only Enactor's"
    " clients are told no orders.": (
        "Två rubriker betyder samma kolumn, så ingen kan veta vilken som gäller. Hela arbetsboken"
        " avvisas, och de senaste godkända ordrarna ligger kvar i kassan. På ett av Enactors blad"
        " gäller det bara Enactors klienter."
    ),
    "Orders has the headings Customer and Kund, which mean the same. The workbook is refused"
    " until one of them is renamed or deleted.": (
        "Orders har rubrikerna Customer och Kund, som betyder samma sak. Arbetsboken avvisas tills"
        " en av dem har ändrats eller tagits bort."
    ),
    "rename or delete one of the headings": "ändra en av rubrikerna, eller ta bort den",
    # CS105
    "A sheet's name is nearly one that corsheet reads": (
        "Ett bladnamn liknar ett som corsheet läser"
    ),
    "The sheet is not read; perhaps its name is misspelt. One of Enactor's may lack the headings"
    " that it is known by.": (
        "Bladet läses inte; kanske är namnet felstavat. Ett av Enactors kan sakna de rubriker som"
        " det känns igen på."
    ),
    "A sheet is called “Invoces”. It is not read, and the orders are served without their"
    " invoices.": (
        "Ett blad heter ”Invoces”. Det läses inte, och ordrarna visas i kassan utan sina fakturor."
    ),
    "rename the sheet if it is meant to be read": "byt namn på bladet om det ska läsas",
    # CS106
    "A heading is nearly one that corsheet reads": "En rubrik liknar en som corsheet läser",
    "The column is not read; perhaps its heading is misspelt.": (
        "Kolumnen läses inte; kanske är rubriken felstavad."
    ),
    "Orders!F1 holds “Lokced” in place of “Locked”. The column is not read, and no order is"
    " served as locked.": (
        "I Orders!F1 står ”Lokced” i stället för ”Locked”. Kolumnen läses inte, och ingen order"
        " visas som låst."
    ),
    "rename the heading if the column is meant to be read": "ändra rubriken om kolumnen ska läsas",
    # CS107
    "Hidden rows are served": "Dolda rader visas i kassan",
    "A row that is hidden or filtered away is served like any other.": (
        "En rad som är dold eller bortfiltrerad tas med som alla andra."
    ),
    "Row 12 of Orders is filtered away. Its order is served all the same.": (
        "Rad 12 på Orders är bortfiltrerad. Dess order visas i kassan ändå."
    ),
    "unhide the rows and look at them; delete those that are not meant for the till": (
        "ta fram raderna och titta på dem; ta bort dem som inte är till för kassan"
    ),
    # CS108
    "A hidden column is served": "En dold kolumn visas i kassan",
    "A column that is hidden is read like any other.": (
        "En kolumn som är dold läses som alla andra."
    ),
    "Column E of Orders, Minimum down payment, is hidden. The amounts in it are served all the"
    " same.": (
        "Kolumn E på Orders, Minimum down payment, är dold. Beloppen i den skickas till kassan"
        " ändå."
    ),
    "unhide the column and look at it; rename its heading if it is not meant to be read": (
        "ta fram kolumnen och titta på den; ändra dess rubrik om den inte ska läsas"
    ),
    # CS109
    "A hidden sheet is served": "Ett dolt blad visas i kassan",
    "A sheet that is hidden is read like any other.": "Ett blad som är dolt läses som alla andra.",
    "The sheet Discounts is hidden. Its discounts are served all the same.": (
        "Bladet Discounts är dolt. Dess rabatter skickas till kassan ändå."
    ),
    "unhide the sheet and look at it; rename it if it is not meant to be read": (
        "ta fram bladet och titta på det; byt namn på det om det inte ska läsas"
    ),
    # CS110
    "Two tables stand on one sheet": "Två tabeller står på samma blad",
    "A second heading row stands below the first, so nobody can tell what belongs to which. The"
    " whole workbook is refused, and the last good orders stay in service. On one of Enactor's"
    " sheets only Enactor's clients are told no orders.": (
        "En andra rubrikrad står under den första, så ingen kan veta vad som hör till vilken. Hela"
        " arbetsboken avvisas, och de senaste godkända ordrarna ligger kvar i kassan. På ett av"
        " Enactors blad gäller det bara Enactors klienter."
    ),
    "Row 40 of Orders holds the headings again, with last year's orders below. The workbook is"
    " refused until they are on another sheet.": (
        "På rad 40 på Orders står rubrikerna igen, med förra årets ordrar under. Arbetsboken"
        " avvisas tills de står på ett annat blad."
    ),
    "move the second table to a sheet of its own, or delete its heading row and the rows between": (
        "flytta den andra tabellen till ett eget blad, eller ta bort dess rubrikrad och raderna"
        " emellan"
    ),
    # CS111
    "A field of Enactor's that corsheet does not know": (
        "Ett Enactor-fält som corsheet inte känner till"
    ),
    "A heading on Enactor's sheets is the path of a field. This one is none that corsheet knows,"
    " so its cells are served as they stand, and nothing checks them.": (
        "En rubrik på Enactors blad är sökvägen till ett fält. Den här känner corsheet inte till,"
        " så cellerna skickas som de står, och ingenting kontrollerar dem."
    ),
    "A heading on Payments is “tenderID.id”. The field is served under that name, and Enactor's"
    " clients may be waiting for “tenderId.id”.": (
        "En rubrik på Payments är ”tenderID.id”. Fältet skickas under det namnet, och Enactors"
        " klienter väntar kanske på ”tenderId.id”."
    ),
    "look at the spelling; it is sent to Enactor's clients as it stands, so for a column of your"
    " own use a heading of two words, such as 'Comment by Anna'": (
        "se på stavningen; det skickas till Enactors klienter som det står, så ge en egen kolumn en"
        " rubrik på två ord, till exempel 'Kommentar av Anna'"
    ),
    # CS112
    "A column may give cards away": "En kolumn kan röja kort",
    "A token can be used to pay, and a hash of a card's number lets anybody find the number by"
    " trying them all. Whoever has the workbook, or a copy of it, has them too.": (
        "Med en token kan någon betala, och med en hash av ett kortnummer kan vem som helst hitta"
        " numret genom att prova alla. Den som har arbetsboken, eller en kopia av den, har dem"
        " också."
    ),
    "Payments has a column cardDetails.panToken. It is served to Enactor's clients, and stands in"
    " every copy of the workbook.": (
        "Payments har en kolumn cardDetails.panToken. Den skickas till Enactors klienter, och"
        " finns i varje kopia av arbetsboken."
    ),
    "delete the column, unless the workbook is made up for a test": (
        "ta bort kolumnen, om arbetsboken inte är påhittad för ett test"
    ),
    # CS113
    "A heading stands within a field that has nothing within it": (
        "En rubrik står inne i ett fält som inte har något inuti"
    ),
    "A point in a heading leads into an object, and [0] into a list. This one leads into a field"
    " that is neither, such as a number. Enactor's clients are told no orders.": (
        "En punkt i en rubrik leder in i ett objekt, och [0] in i en lista. Den här leder in i ett"
        " fält som inte är någotdera, till exempel ett tal. Inga ordrar visas för Enactors"
        " klienter."
    ),
    "A heading on Enactor items is “lineNumber.x”, and lineNumber is a number. Enactor's clients"
    " are told no orders until the heading is mended.": (
        "En rubrik på Enactor items är ”lineNumber.x”, och lineNumber är ett tal. Inga ordrar"
        " visas för Enactors klienter förrän rubriken är rättad."
    ),
    "mend the heading; a column of your own needs a heading of two words": (
        "rätta rubriken; en egen kolumn behöver en rubrik av två ord"
    ),
    # CS201
    "A cell is empty that must be filled": "En cell som måste fyllas i är tom",
    "The till needs this value to show the order.": (
        "Kassan behöver värdet för att kunna visa ordern."
    ),
    "Orders!C5 is empty below the heading Customer. The order is withheld until the cell is"
    " filled in.": (
        "Orders!C5 är tom under rubriken Customer. Ordern hålls inne tills cellen är ifylld."
    ),
    "fill in the cell, or delete the whole row": "fyll i cellen, eller ta bort hela raden",
    # CS202
    "A cell does not hold an id": "En cell innehåller inget id",
    "An id, such as an order number, is text or a whole number. A number is served as the cell"
    " shows it, and how this one is shown cannot be told for sure.": (
        "Ett id, till exempel ett ordernummer, är text eller ett heltal. Ett tal skickas till"
        " kassan så som cellen visar det, och hur det här visas går inte att veta säkert."
    ),
    "Items!C7 shows “1,234”, a number with a mark between the thousands. The order of that row"
    " is withheld until the cell holds the id as text.": (
        "Items!C7 visar ”1 234”, ett tal med ett mellanrum mellan tusentalen. Radens order hålls"
        " inne tills cellen innehåller id:t som text."
    ),
    "format the cell as Text and type the id again": (
        "formatera cellen som Text och skriv in id:t igen"
    ),
    # CS203
    "A cell does not hold a number": "En cell innehåller inget tal",
    "An amount or a quantity is written with digits.": (
        "Ett belopp eller ett antal skrivs med siffror."
    ),
    "Items!D17 holds “two”. The order of that row is withheld until the cell holds a number such"
    " as 2.": (
        "I Items!D17 står ”två”. Radens order hålls inne tills cellen innehåller ett tal, till"
        " exempel 2."
    ),
    "write the number with digits, such as 2 or 1234,50": (
        "skriv talet med siffror, till exempel 2 eller 1234,50"
    ),
    # CS204
    "A number can be read in two ways": "Ett tal kan läsas på två sätt",
    "1,234 is one thousand two hundred and thirty-four to one reader and a little more than one"
    " to another, so corsheet refuses to guess.": (
        "1,234 är ettusen tvåhundratrettiofyra för en läsare och lite mer än ett för en annan, så"
        " corsheet gissar inte."
    ),
    "Items!E9 holds the text “1,234”. The order of that row is withheld until the price can be"
    " read in one way only.": (
        "I Items!E9 står texten ”1,234”. Radens order hålls inne tills priset bara kan läsas på"
        " ett sätt."
    ),
    "write it without a mark between the thousands, such as 1234 or 1234,50": (
        "skriv talet utan tecken mellan tusentalen, till exempel 1234 eller 1234,50"
    ),
    # CS205
    "An amount is below zero": "Ett belopp är under noll",
    "The till takes no negative amounts. Nor does a payment of Enactor's: a refund is above zero,"
    " and isRefund says what it is.": (
        "Kassan tar inte emot negativa belopp. Det gör inte Enactors betalningar heller: en"
        " återbetalning är över noll, och isRefund säger vad det är."
    ),
    "Items!E6 holds -9.90. The order of that row is withheld until the unit price is 0 or more.": (
        "I Items!E6 står -9,90. Radens order hålls inne tills priset är 0 eller mer."
    ),
    "write an amount of 0 or more": "skriv ett belopp som är 0 eller mer",
    # CS206
    "A quantity is not above zero": "Ett antal är inte över noll",
    "An item that nobody ordered cannot be sold.": (
        "En artikel som ingen har beställt kan inte säljas."
    ),
    "Items!D8 holds 0. The order of that row is withheld until the quantity is above 0 or the"
    " row is deleted.": (
        "I Items!D8 står 0. Radens order hålls inne tills antalet är över 0 eller raden är"
        " borttagen."
    ),
    "write how many were ordered, or delete the row": (
        "skriv hur många som har beställts, eller ta bort raden"
    ),
    # CS207
    "A cell holds neither yes nor no": "En cell innehåller varken ja eller nej",
    "The cell takes yes or no, and nothing between.": (
        "Cellen tar ja eller nej, och inget däremellan."
    ),
    "Orders!F3 holds “maybe” below the heading Locked. The order is withheld until the cell"
    " holds yes or no, or nothing.": (
        "I Orders!F3 står ”kanske” under rubriken Locked. Ordern hålls inne tills cellen"
        " innehåller ja eller nej, eller ingenting."
    ),
    "write yes or no, or leave the cell empty": "skriv ja eller nej, eller lämna cellen tom",
    # CS208
    "A formula gives an error": "En formel ger ett fel",
    "The cell shows an error such as #N/A in place of a value.": (
        "Cellen visar ett fel, till exempel #SAKNAS! (på engelska #N/A), i stället för ett värde."
    ),
    "Items!E11 shows #N/A, since its formula finds no price. The order of that row is withheld"
    " until the cell shows one.": (
        "Items!E11 visar #SAKNAS!, eftersom formeln inte hittar något pris. Radens order hålls"
        " inne tills cellen visar ett."
    ),
    "mend the formula, or type the value": "rätta formeln, eller skriv in värdet",
    # CS209
    "A formula has no result yet": "En formel har inget resultat än",
    "A program wrote the formula and no program has calculated it since: the file holds no"
    " value.": (
        "Ett program skrev formeln och inget har räknat ut den: filen innehåller inget värde."
    ),
    "Items!E4 holds =D4*2, written by a web shop's export. The order of that row is withheld"
    " until the workbook has been saved once in Excel or LibreOffice.": (
        "I Items!E4 står =D4*2, skriven av en webbutiks export. Radens order hålls inne tills"
        " arbetsboken har sparats en gång i Excel eller LibreOffice."
    ),
    "open the workbook in Excel or LibreOffice and save it": (
        "öppna arbetsboken i Excel eller LibreOffice och spara den"
    ),
    # CS210
    "Cells are merged": "Celler är sammanfogade",
    "A merged cell stands in several rows or columns at once, so nobody can tell whose value it"
    " is.": (
        "En sammanfogad cell står i flera rader eller kolumner samtidigt, så ingen kan veta vems"
        " värdet är."
    ),
    "Items!B5 to B7 are merged so that the order number shows only once. The order is withheld"
    " until each row has its own.": (
        "Items!B5 till B7 är sammanfogade för att ordernumret bara ska synas en gång. Ordern hålls"
        " inne tills varje rad har sitt eget."
    ),
    "unmerge the cells and fill in each one": (
        "dela upp de sammanfogade cellerna och fyll i var och en"
    ),
    # CS211
    "A date stands where none belongs": "Ett datum står där det inte hör hemma",
    "Excel turned what was typed into a date; what was typed is lost.": (
        "Excel gjorde ett datum av det som skrevs in; det som skrevs in är borta."
    ),
    "The item id 11-21 was typed in Items!C9, and Excel made a date of it. The order of that row"
    " is withheld until the cell holds the id as text.": (
        "Artikelnumret 11-21 skrevs in i Items!C9, och Excel gjorde ett datum av det. Radens order"
        " hålls inne tills cellen innehåller numret som text."
    ),
    "format the cell as Text (for an id or a text) or Number (for an amount), and type the value"
    " again": (
        "formatera cellen som Text (för ett id eller en text) eller Tal (för ett belopp), och"
        " skriv in värdet igen"
    ),
    # CS212
    "A number has more digits than Excel keeps": "Ett tal har fler siffror än Excel sparar",
    "Excel keeps 15 digits of a number and makes the rest zeros, so the id in the cell is not"
    " the one that was typed.": (
        "Excel sparar 15 siffror av ett tal och gör resten till nollor, så id:t i cellen är inte"
        " det som skrevs in."
    ),
    "1234567890123456 was typed in Orders!C3, and Excel made 1234567890123450 of it. The order"
    " is withheld until the cell holds the id as text.": (
        "1234567890123456 skrevs in i Orders!C3, och Excel gjorde 1234567890123450 av det. Ordern"
        " hålls inne tills cellen innehåller id:t som text."
    ),
    # CS213
    "A cell holds characters that cannot be seen": "En cell innehåller tecken som inte syns",
    "A line break, a tab or an invisible character inside an id makes it another id to the till.": (
        "En radbrytning, en tabb eller ett osynligt tecken i ett id gör det till ett annat id för"
        " kassan."
    ),
    "The item id in Items!C4 was pasted from an e-mail and has a line break in it. The order of"
    " that row is withheld until the id is typed again.": (
        "Artikelnumret i Items!C4 klistrades in från ett e-postmeddelande och innehåller en"
        " radbrytning. Radens order hålls inne tills numret är inskrivet igen."
    ),
    "type the value again, do not paste it": "skriv in värdet igen, klistra inte in det",
    # CS214
    "Spaces around a value are left out": "Blanksteg runt ett värde tas inte med",
    "The cell has spaces before or after the value, or unusual spaces inside it, as pasted text"
    " often has. The value is served without the outer ones and with usual spaces inside; the"
    " cell stays as it is.": (
        "Cellen har blanksteg före eller efter värdet, eller ovanliga blanksteg inuti det, som"
        " inklistrad text ofta har. Värdet skickas till kassan utan de yttre och med vanliga"
        " blanksteg inuti; cellen ändras inte."
    ),
    "Orders!C8 holds “10001 ” with a space at the end. The customer is served as “10001”,"
    " without it.": (
        "I Orders!C8 står ”10001 ” med ett blanksteg sist. Kunden skickas till kassan som ”10001”,"
        " utan det."
    ),
    "type the value again without these spaces": "skriv in värdet igen utan dessa blanksteg",
    # CS215
    "An amount has more than two decimals": "Ett belopp har fler än två decimaler",
    "It is served as it stands; a till counts in hundredths.": (
        "Det skickas till kassan som det står; en kassa räknar i hundradelar."
    ),
    "Items!E5 holds 9.905. The price is served as it stands, and the till may round it in its"
    " own way.": (
        "I Items!E5 står 9,905. Priset skickas som det står, och kassan kan komma att avrunda det"
        " på sitt sätt."
    ),
    "round the amount, or the formula, to two decimals": (
        "avrunda beloppet, eller formeln, till två decimaler"
    ),
    # CS216
    "A number is too large or too long": "Ett tal är för stort eller för långt",
    "Above ten million million, or beyond 15 digits, Excel no longer keeps a number exactly as"
    " it was typed.": (
        "Över tio biljoner, eller med fler än 15 siffror, sparar Excel inte längre ett tal exakt"
        " som det skrevs in."
    ),
    "Orders!E2 holds 99999999999999, since a key was held down. The order is withheld until the"
    " amount is mended.": (
        "I Orders!E2 står 99999999999999, eftersom en tangent hölls nere. Ordern hålls inne tills"
        " beloppet är rättat."
    ),
    "look at the number and type it again": "titta på talet och skriv in det igen",
    # CS217
    "A cell holds something other than text": "En cell innehåller något annat än text",
    "The cell takes text or a whole number.": "Cellen tar text eller ett heltal.",
    "Orders!D6 holds TRUE below the heading Status. The order is withheld until the cell holds a"
    " status.": (
        "I Orders!D6 står SANT under rubriken Status. Ordern hålls inne tills cellen innehåller en"
        " status."
    ),
    "format the cell as Text and type the value again": (
        "formatera cellen som Text och skriv in värdet igen"
    ),
    # CS218
    "An amount is shown as something else": "Ett belopp visas som något annat",
    "The cell shows a percentage, a fraction, thousands or digits of its own, or hides a minus, so"
    " what is seen is not the number that is stored.": (
        "Cellen visar en procentsats, ett bråk, tusental eller egna siffror, eller döljer ett"
        " minustecken, så det som syns är inte det tal som är sparat."
    ),
    "Orders!E7 shows 50%, and the number behind it is 0.5. The order is withheld until the cell"
    " shows an amount.": (
        "Orders!E7 visar 50 %, och talet bakom är 0,5. Ordern hålls inne tills cellen visar ett"
        " belopp."
    ),
    "format the cell as Number": "formatera cellen som Tal",
    # CS220
    "A sum is not in minor units": "Ett belopp är inte i öre",
    "Enactor counts money in the smallest coin, öre or pence, without decimals. A sum that is"
    " typed or shown as kronor or pounds would be served a hundred times too small.": (
        "Enactor räknar pengar i det minsta myntet, öre eller pence, utan decimaler. Ett belopp"
        " som är skrivet eller visat i kronor eller pund skulle skickas hundra gånger för litet."
    ),
    "Payments!G2 holds 19,90 below the heading amount. Enactor's clients are not told the order"
    " until the cell holds 1990.": (
        "Payments!G2 innehåller 19,90 under rubriken amount. Ordern visas inte för Enactors"
        " klienter förrän cellen innehåller 1990."
    ),
    "write it in öre or pence as a whole number: 1990 for 19,90": (
        "skriv det i öre eller pence som ett heltal: 1990 för 19,90"
    ),
    # CS221
    "A cell does not hold a whole number": "En cell innehåller inget heltal",
    "The field takes a whole number of 0 or more.": "Fältet tar ett heltal som är 0 eller mer.",
    "Notes!C4 holds “first” below the heading lineNumber. Enactor's clients are not told the order"
    " until the cell holds a number such as 1.": (
        "Notes!C4 innehåller ”first” under rubriken lineNumber. Ordern visas inte för Enactors"
        " klienter förrän cellen innehåller ett tal, till exempel 1."
    ),
    "write a whole number of 0 or more, such as 1": (
        "skriv ett heltal som är 0 eller mer, till exempel 1"
    ),
    # CS222
    "A cell does not hold a date and time": "En cell innehåller inte datum och klockslag",
    "Enactor writes a date with its time and its distance from UTC, as a text; it is served as it"
    " is written.": (
        "Enactor skriver ett datum med klockslag och avstånd från UTC, som text; det skickas som"
        " det är skrivet."
    ),
    "Payments!P3 holds “2026-11-21” below the heading createdDate. Enactor's clients are not told"
    " the order until the cell holds 2026-11-21T09:30:00.000+01:00.": (
        "Payments!P3 innehåller ”2026-11-21” under rubriken createdDate. Ordern visas inte för"
        " Enactors klienter förrän cellen innehåller 2026-11-21T09:30:00.000+01:00."
    ),
    "format the cell as Text and write it so: 2018-11-26T09:44:51.000+00:00": (
        "formatera cellen som Text och skriv så här: 2018-11-26T09:44:51.000+00:00"
    ),
    # CS223
    "A value stands where an object belongs": "Ett värde står där ett objekt hör hemma",
    "The field is an object whose values have columns of their own. A cell below it says only that"
    " the object is there with nothing in it, as {}, or is blank.": (
        "Fältet är ett objekt vars värden har egna kolumner. En cell under det säger bara att"
        " objektet finns utan något i, som {}, eller är tom."
    ),
    "Notes!G5 holds 0001 below the heading locationId. Enactor's clients are not told the order"
    " until 0001 stands below locationId.id.": (
        "Notes!G5 innehåller 0001 under rubriken locationId. Ordern visas inte för Enactors"
        " klienter förrän 0001 står under locationId.id."
    ),
    "write the value in the column of its own, such as userId.id for an id in userId": (
        "skriv värdet i dess egen kolumn, till exempel userId.id för ett id i userId"
    ),
    # CS224
    "Two cells of a row cannot both be": "Två celler på en rad utesluter varandra",
    "One heading is the beginning of the other, so one cell says what the field is, and the other"
    " puts something else into it.": (
        "Den ena rubriken är början av den andra, så den ena cellen säger vad fältet är, och den"
        " andra lägger något annat i det."
    ),
    "Notes!J2 holds “red” below a heading colour, and Notes!K2 holds “1” below colour.id."
    " Enactor's clients are not told the order until one of the cells is empty.": (
        "Notes!J2 innehåller ”red” under rubriken colour, och Notes!K2 innehåller ”1” under"
        " colour.id. Ordern visas inte för Enactors klienter förrän en av cellerna är tom."
    ),
    "empty one of the two cells": "töm en av de två cellerna",
    # CS301
    "A number is shown rounded": "Ett tal visas avrundat",
    (
        "The cell shows fewer decimals than its number has. The till gets the number, not what"
        " is seen."
    ): "Cellen visar färre decimaler än talet har. Kassan får talet, inte det som syns.",
    (
        "Items!E5 shows 13 and holds 12.6. The price is served as 12.6, until the number or"
        " the format is changed."
    ): (
        "Items!E5 visar 13 och innehåller 12,6. Priset lämnas ut som 12,6 tills talet eller"
        " formatet ändras."
    ),
    "round the number, or the formula, or show more decimals": (
        "avrunda talet, eller formeln, eller visa fler decimaler"
    ),
    "An order stands twice": "En order finns två gånger",
    "Two rows of Orders carry the same id in the same business unit. All of them are withheld,"
    " since nobody can tell which one counts.": (
        "Två rader på Orders har samma ordernummer i samma butik. Alla hålls inne, eftersom ingen"
        " kan veta vilken som gäller."
    ),
    "Orders!B3 and Orders!B9 both hold 111. Both are withheld until one is deleted or has an id"
    " of its own.": (
        "I Orders!B3 och Orders!B9 står 111. Båda hålls inne tills den ena är borttagen eller har"
        " ett eget nummer."
    ),
    "delete one of the rows, or give one its own id": (
        "ta bort en av raderna, eller ge den ett eget ordernummer"
    ),
    # CS302
    "A status the till may not know": "En status som kassan kanske inte känner till",
    "It is served as it stands. Hii Retail knows CREATED, IN_PROGRESS, CANCELLED and FULFILLED.": (
        "Den skickas till kassan som den står. Hii Retail känner till CREATED, IN_PROGRESS,"
        " CANCELLED och FULFILLED."
    ),
    "Orders!D5 holds “READY”. The order is served with that status, and the till may not know"
    " what to do with it.": (
        "I Orders!D5 står ”READY”. Ordern visas med den statusen, och kassan vet kanske inte vad"
        " den ska göra med den."
    ),
    "choose one of CREATED, IN_PROGRESS, CANCELLED, FULFILLED": (
        "välj något av CREATED, IN_PROGRESS, CANCELLED, FULFILLED"
    ),
    # CS303
    "A reward type the till may not know": "En rabattyp som kassan kanske inte känner till",
    "It is served as it stands. Hii Retail knows GLOBAL_ABSOLUTE, NET_PRICE, PRICE_REDUCTION,"
    " COMBO_REDUCTION, COMBO, GLOBAL_PERCENTAGE, PERCENTAGE and COMBO_PERCENTAGE.": (
        "Den skickas till kassan som den står. Hii Retail känner till GLOBAL_ABSOLUTE, NET_PRICE,"
        " PRICE_REDUCTION, COMBO_REDUCTION, COMBO, GLOBAL_PERCENTAGE, PERCENTAGE och"
        " COMBO_PERCENTAGE."
    ),
    "Discounts!G2 holds “PERCENT”. The discount is served so, and the till may not know what to"
    " do with it.": (
        "I Discounts!G2 står ”PERCENT”. Rabatten skickas så, och kassan vet kanske inte vad den"
        " ska göra med den."
    ),
    "choose one that Hii Retail knows, such as PERCENTAGE or NET_PRICE": (
        "välj en som Hii Retail känner till, till exempel PERCENTAGE eller NET_PRICE"
    ),
    # CS304
    "An order has no items": "En order har inga artiklar",
    "It is served without items.": "Den visas i kassan utan artiklar.",
    "Orders!B12 holds 112, and no row of Items does. The till shows an empty order.": (
        "I Orders!B12 står 112, men inte på någon rad på Items. Kassan visar en tom order."
    ),
    "add its rows to Items, or delete the order": (
        "lägg till dess rader på Items, eller ta bort ordern"
    ),
    # CS305
    "An order has two rows in Invoices": "En order har två rader på Invoices",
    "An order is invoiced to one account.": "En order faktureras på ett enda konto.",
    "Invoices!B2 and Invoices!B5 both hold 111. The order is withheld until one of the rows is"
    " deleted.": (
        "I Invoices!B2 och Invoices!B5 står 111. Ordern hålls inne tills en av raderna är"
        " borttagen."
    ),
    "delete one of the rows": "ta bort en av raderna",
    # CS306
    "A kind of payment that Enactor may not know": (
        "Ett slags betalning som Enactor kanske inte känner till"
    ),
    "It is served as it stands. Enactor knows customerOrderCardPayment and"
    " customerOrderCashPayment.": (
        "Den skickas som den står. Enactor känner till customerOrderCardPayment och"
        " customerOrderCashPayment."
    ),
    "Payments!C4 holds “card”. The payment is served under that name, and Enactor's clients may"
    " not find it there.": (
        "Payments!C4 innehåller ”card”. Betalningen skickas under det namnet, och Enactors"
        " klienter hittar den kanske inte där."
    ),
    "choose customerOrderCardPayment or customerOrderCashPayment": (
        "välj customerOrderCardPayment eller customerOrderCashPayment"
    ),
    # CS401
    "A row belongs to no order": "En rad hör inte till någon order",
    "No row of Orders carries this order id, so the row is left out.": (
        "Ingen rad på Orders har det här ordernumret, så raden tas inte med."
    ),
    "Items!B14 holds 121, and no row of Orders does. The row is left out, and all orders are"
    " served without it.": (
        "I Items!B14 står 121, men inte på någon rad på Orders. Raden tas inte med, och alla"
        " ordrar visas i kassan utan den."
    ),
    "mend the order id, add the order to Orders, or delete the row": (
        "rätta ordernumret, lägg till ordern på Orders eller ta bort raden"
    ),
    # CS402
    "A row may belong to several orders": "En rad kan höra till flera ordrar",
    "The order id stands in several business units and the row does not say which. All those"
    " orders are withheld.": (
        "Ordernumret finns i flera butiker, och raden säger inte vilken. Alla de ordrarna hålls"
        " inne."
    ),
    "Orders has an order 111 in unit 0001 and one in unit 0007, and Items!B6 says only 111. Both"
    " are withheld until the row names its unit.": (
        "Orders har en order 111 i butik 0001 och en i butik 0007, och i Items!B6 står bara 111."
        " Båda hålls inne tills raden anger sin butik."
    ),
    "add a Business unit column to this sheet and fill it in": (
        "lägg till kolumnen Business unit på det här bladet och fyll i den"
    ),
    # CS403
    "Information without an invoice": "Information utan faktura",
    "The till is told of information only together with the invoice account.": (
        "Kassan får informationen bara tillsammans med fakturakontot."
    ),
    "Information!B2 holds 111, and no row of Invoices does. The order is withheld until it has a"
    " row there.": (
        "I Information!B2 står 111, men inte på någon rad på Invoices. Ordern hålls inne tills den"
        " har en rad där."
    ),
    "add the order to Invoices, or delete the row": (
        "lägg till ordern på Invoices, eller ta bort raden"
    ),
    # CS404
    "A discount on an item that the order does not have": (
        "En rabatt på en artikel som ordern inte har"
    ),
    "No row of Items carries this item for this order.": (
        "Ingen rad på Items har den här artikeln för den här ordern."
    ),
    "Discounts!C2 holds 5002, and order 111 has no such item. The order is withheld until the"
    " item id is mended.": (
        "I Discounts!C2 står 5002, och order 111 har ingen sådan artikel. Ordern hålls inne tills"
        " artikelnumret är rättat."
    ),
    "mend the item id, add the item, or delete the row": (
        "rätta artikelnumret, lägg till artikeln eller ta bort raden"
    ),
    # CS405
    "A discount on an item that stands on several rows": (
        "En rabatt på en artikel som står på flera rader"
    ),
    "The order has the item on more than one row of Items, so nobody can tell which one the"
    " discount is for.": (
        "Ordern har artikeln på mer än en rad på Items, så ingen kan veta vilken rabatten gäller."
    ),
    "Discounts!C2 holds 5001, and order 111 has that item on two rows. The order is withheld"
    " until they are one row.": (
        "I Discounts!C2 står 5001, och order 111 har den artikeln på två rader. Ordern hålls inne"
        " tills de är en rad."
    ),
    "make one row of them in Items": "gör en rad av dem på Items",
    # CS406
    "An order has two rows on Enactor header": "En order har två rader på Enactor header",
    "An order has one header, so nobody can tell which one counts.": (
        "En order har ett huvud, så ingen kan veta vilket som gäller."
    ),
    "Enactor header has order 111 on rows 2 and 5. Enactor's clients are not told the order until"
    " one of the rows is deleted.": (
        "Enactor header har order 111 på raderna 2 och 5. Ordern visas inte för Enactors klienter"
        " förrän en av raderna är borttagen."
    ),
    # CS407
    "A row of Enactor items adds to a row that Items does not have": (
        "En rad på Enactor items bygger på en rad som Items inte har"
    ),
    "“Items row” counts the order's own rows on Items, from 1; without that column lineNumber"
    " does.": (
        "”Items row” räknar orderns egna rader på Items, från 1; utan den kolumnen gör lineNumber"
        " det."
    ),
    "Enactor items says “Items row” 3, and order 111 has two rows on Items. Enactor's clients are"
    " not told the order until the number is mended.": (
        "Enactor items säger ”Items row” 3, och order 111 har två rader på Items. Ordern visas"
        " inte för Enactors klienter förrän numret är rättat."
    ),
    "write which of the order's rows on Items it is, or leave the cell below Items row empty for"
    " an item that stands here only": (
        "skriv vilken av orderns rader på Items det är, eller lämna cellen under Items row tom för"
        " en artikel som bara står här"
    ),
    # CS408
    "Two rows of Enactor items add to one row of Items": (
        "Två rader på Enactor items bygger på samma rad på Items"
    ),
    "Each row of Items is one item, so nobody can tell which of the two counts.": (
        "Varje rad på Items är en artikel, så ingen kan veta vilken av de två som gäller."
    ),
    "Two rows of Enactor items say “Items row” 1 for order 111. Enactor's clients are not told the"
    " order until one of them is mended.": (
        "Två rader på Enactor items säger ”Items row” 1 för order 111. Ordern visas inte för"
        " Enactors klienter förrän en av dem är rättad."
    ),
    "mend one of the numbers, or delete one of the rows": (
        "rätta ett av numren, eller ta bort en av raderna"
    ),
    # CS409
    "An adjustment on a line that the order does not have": (
        "En justering av en rad som ordern inte har"
    ),
    "“Line” is the line number of an item, as Enactor's clients are told it.": (
        "”Line” är en artikels radnummer, så som Enactors klienter får det."
    ),
    "Adjustments!C2 holds 4, and order 111 has three lines. Enactor's clients are not told the"
    " order until the number is mended.": (
        "Adjustments!C2 innehåller 4, och order 111 har tre rader. Ordern visas inte för Enactors"
        " klienter förrän numret är rättat."
    ),
    "mend the number, or leave the cell empty for an adjustment of the whole order": (
        "rätta numret, eller lämna cellen tom för en justering av hela ordern"
    ),
    # CS410
    "A product stands twice": "En produkt finns två gånger",
    "Products has one row for a product, or one for each order where the order stands beside it,"
    " so nobody can tell which one counts.": (
        "Products har en rad för en produkt, eller en för varje order där ordern står bredvid, så"
        " ingen kan veta vilken som gäller."
    ),
    "Products!C2 and Products!C9 both hold 5001. Enactor's clients are told no order with that"
    " product until one of the rows is deleted.": (
        "Products!C2 och Products!C9 innehåller båda 5001. Ingen order med den produkten visas för"
        " Enactors klienter förrän en av raderna är borttagen."
    ),
    # CS411
    "An order has two customers": "En order har två kunder",
    "Enactor header has another customerNumber than Orders has in Customer, and a customer is told"
    " their own orders only.": (
        "Enactor header har ett annat customerNumber än Orders har i Customer, och en kund får"
        " bara se sina egna ordrar."
    ),
    "Order 111 has Customer 10001 in Orders, and customerNumber 10002 on Enactor header. Enactor's"
    " clients are not told the order until they are the same.": (
        "Order 111 har Customer 10001 på Orders, och customerNumber 10002 på Enactor header."
        " Ordern visas inte för Enactors klienter förrän de är lika."
    ),
    "write the same number in both sheets, or leave customerNumber empty: then no customer is told"
    " the order": (
        "skriv samma nummer på båda bladen, eller lämna customerNumber tom: då visas ordern inte"
        " för någon kund"
    ),
    # CS412
    "A quantity that Enactor cannot be told": "Ett antal som inte kan skickas till Enactor",
    "Enactor counts in whole pieces, and Hii Retail's tills take decimals.": (
        "Enactor räknar i hela stycken, och Hii Retails kassor tar decimaler."
    ),
    "Items!D6 holds 1,5, and the order has a row on Enactor header. Enactor's clients are not told"
    " the order, and the tills are.": (
        "Items!D6 innehåller 1,5, och ordern har en rad på Enactor header. Ordern visas inte för"
        " Enactors klienter, men i kassan."
    ),
    "write orderedQty as a whole number on Enactor items, or mend the quantity": (
        "skriv orderedQty som ett heltal på Enactor items, eller rätta antalet"
    ),
    # CS413
    "An item without a product": "En artikel utan produkt",
    "A row of Enactor items that adds to no row of Items is an item of its own, and has to say"
    " which product it is.": (
        "En rad på Enactor items som inte bygger på någon rad på Items är en egen artikel, och"
        " måste säga vilken produkt den är."
    ),
    "Enactor items has a row with nothing below “Items row” and “productId.id”. Enactor's clients"
    " are not told the order until one of them is filled in.": (
        "Enactor items har en rad utan något under ”Items row” och ”productId.id”. Ordern visas"
        " inte för Enactors klienter förrän en av dem är ifylld."
    ),
    "fill in productId.id, or the Items row that it adds to": (
        "fyll i productId.id, eller den Items row som den bygger på"
    ),
    # CS414
    "A product of one business unit, and of no order": (
        "En produkt för en butik, och för ingen order"
    ),
    "A row of Products without an order is told with every order that has the product, in all"
    " business units; the unit says which order is meant where one stands beside it.": (
        "En rad på Products utan order visas med varje order som har produkten, i alla butiker;"
        " butiken säger vilken order som menas där en står bredvid."
    ),
    "Products!A3 holds 0001, and the cell below Customer order is empty. Enactor's clients are told"
    " no order with that product until the row is mended.": (
        "Products!A3 innehåller 0001, och cellen under Customer order är tom. Ingen order med den"
        " produkten visas för Enactors klienter förrän raden är rättad."
    ),
    "delete the business unit, or fill in the order": "ta bort butiken, eller fyll i ordern",
    # CS415
    "A row of Enactor items is of another product than Items has": (
        "En rad på Enactor items är en annan produkt än den på Items"
    ),
    "The row adds to a row of Items, and the two name different products: it may be another row"
    " that is meant, perhaps since Items was sorted.": (
        "Raden bygger på en rad på Items, och de två anger olika produkter: det kan vara en annan"
        " rad som menas, kanske för att Items har sorterats om."
    ),
    "Enactor items says “Items row” 1 and productId.id 5001 for order 111, whose first row on Items"
    " is item 5002. Enactor's clients are not told the order until they agree.": (
        "Enactor items säger ”Items row” 1 och productId.id 5001 för order 111, vars första rad på"
        " Items är artikel 5002. Ordern visas inte för Enactors klienter förrän de stämmer"
        " överens."
    ),
    "mend the number of the row, or the product": "rätta radens nummer, eller produkten",
    # CS416
    "Two items have one line number": "Två artiklar har samma radnummer",
    "An adjustment, or a client that cancels a line, could mean either. A row of Items that Enactor"
    " items does not name has its place in the order as its number.": (
        "En justering, eller en klient som avbeställer en rad, kan mena vilken som helst. En rad"
        " på Items som Enactor items inte nämner har sin plats i ordern som nummer."
    ),
    "Enactor items gives the second row of order 111 the lineNumber 1, which the first one has by"
    " itself. Enactor's clients are not told the order until one is changed.": (
        "Enactor items ger den andra raden i order 111 lineNumber 1, som den första har av sig"
        " själv. Ordern visas inte för Enactors klienter förrän ett av dem är ändrat."
    ),
    "write another number, or name all rows of the order on Enactor items": (
        "skriv ett annat nummer, eller ta med alla orderns rader på Enactor items"
    ),
    # CS417
    "A row of Items without an order may shift those below it": (
        "En rad på Items utan order kan förskjuta dem nedanför"
    ),
    "Enactor items counts the rows that an order has on Items. Nobody can tell whose this row is,"
    " so the ones below it may be counted wrongly.": (
        "Enactor items räknar de rader som en order har på Items. Ingen kan veta vems den här"
        " raden är, så de nedanför kan räknas fel."
    ),
    "Items!B2 shows #N/A, and the rows below it are counted on Enactor items. Enactor's clients are"
    " not told those orders until the cell is mended.": (
        "Items!B2 visar #N/A, och raderna nedanför räknas på Enactor items. De ordrarna visas inte"
        " för Enactors klienter förrän cellen är rättad."
    ),
    "mend the order id, or delete the row; or fill in productId.id on Enactor items": (
        "rätta ordernumret, eller ta bort raden; eller fyll i productId.id på Enactor items"
    ),
    # CS418
    "A price that Enactor cannot be told": "Ett pris som inte kan skickas till Enactor",
    "Enactor's amounts are whole öre or pence, and Hii Retail's tills take further decimals.": (
        "Enactors belopp är hela ören eller pence, och Hii Retails kassor tar fler decimaler."
    ),
    "Items!E6 holds 49,955, and the order has a row on Enactor header. Enactor's clients are"
    " not told the order, and the tills are.": (
        "Items!E6 innehåller 49,955, och ordern har en rad på Enactor header. Ordern visas inte"
        " för Enactors klienter, men i kassan."
    ),
    "write unitPrice in whole öre or pence on Enactor items, or round the price": (
        "skriv unitPrice i hela ören eller pence på Enactor items, eller avrunda priset"
    ),
    # CS501
    "The settings file cannot be read": "Inställningsfilen kan inte läsas",
    "It is not there, is locked, or is not written as TOML.": (
        "Den finns inte, är låst eller är inte skriven som TOML."
    ),
    "A line of corsheet.toml says port = 80 80. corsheet does not start until the line is"
    " mended.": (
        "På en rad i corsheet.toml står port = 80 80. corsheet startar inte förrän raden är rättad."
    ),
    "mend the file; `corsheet init` writes a fresh one to compare with": (
        "rätta filen; `corsheet init` skriver en ny att jämföra med"
    ),
    # CS502
    "A setting that corsheet does not know": "En inställning som corsheet inte känner till",
    "A misspelt setting would be ignored without a word, so it is refused.": (
        "En felstavad inställning skulle förbigås utan ett ord, så den avvisas."
    ),
    "corsheet.toml says workbok in place of workbook. corsheet does not start until the name is"
    " mended.": (
        "I corsheet.toml står workbok i stället för workbook. corsheet startar inte förrän namnet"
        " är rättat."
    ),
    "mend the name, or delete the line; the file that `corsheet init` writes has them all": (
        "rätta namnet, eller ta bort raden; filen som `corsheet init` skriver har alla"
    ),
    # CS503
    "A setting has a wrong value": "En inställning har ett felaktigt värde",
    "The value is of another kind than the setting takes, or out of its range.": (
        "Värdet är av ett annat slag än inställningen tar, eller utanför dess gränser."
    ),
    'server.port is "http" in corsheet.toml, and it takes a whole number. corsheet does not'
    " start until it has one.": (
        'server.port är "http" i corsheet.toml, och den tar ett heltal. corsheet startar inte'
        " förrän den har ett."
    ),
    "write a value as the file that `corsheet init` writes shows": (
        "skriv ett värde så som filen som `corsheet init` skriver visar"
    ),
    # CS504
    "A setting is missing": "En inställning saknas",
    "corsheet cannot serve without it.": "Utan den kan corsheet inte lämna ut några ordrar.",
    "corsheet.toml names nobody who may ask for orders. corsheet does not start until it has an"
    " [[auth.basic]] table.": (
        "corsheet.toml anger ingen som får fråga efter ordrar. corsheet startar inte förrän där"
        " finns en tabell [[auth.basic]]."
    ),
    "add it to corsheet.toml, as in the file that `corsheet init` writes": (
        "lägg till den i corsheet.toml, som i filen som `corsheet init` skriver"
    ),
    # CS505
    "Two settings contradict each other": "Två inställningar säger emot varandra",
    "Either would be fine; both together are not.": (
        "Var för sig går de bra, men inte båda tillsammans."
    ),
    "corsheet.toml has a user with a password, and allow_anonymous lets everybody in without"
    " one. corsheet does not start until one of them is gone.": (
        "corsheet.toml har en användare med lösenord, och allow_anonymous släpper in alla utan."
        " corsheet startar inte förrän en av dem är borta."
    ),
    "change one of them": "ändra en av dem",
}
