"""Every text of a finding in Swedish: the English one to the Swedish one.

The names of sheets, columns, settings and commands stay as they are, and so do
the places for values. Words that mean the same everywhere: an order that is
served *visas i kassan*, one that is withheld *hålls inne*, a workbook that is
refused *avvisas*; a finding is *en anmärkning*, a sheet *ett blad*, a heading
*en rubrik*, a business unit *en butik*; an order's id is its *ordernummer*, an
item's its *artikelnummer*, any id *ett id*. Excel's menus are called as in
Swedish Excel.
"""

from corsheet.findings.swedish_catalogue import CATALOGUE

MESSAGES = {
    # the words around findings
    "error": "fel",
    "warning": "varning",
    "{count} finding": "{count} anmärkning",
    "{count} findings": "{count} anmärkningar",
    "{count} order": "{count} order",
    "{count} orders": "{count} ordrar",
    "{count} order served": "{count} order visas i kassan",
    "{count} orders served": "{count} ordrar visas i kassan",
    "{count} error": "{count} fel",
    "{count} errors": "{count} fel",
    "{count} warning": "{count} varning",
    "{count} warnings": "{count} varningar",
    "{errors}, {warnings}": "{errors}, {warnings}",
    "refused as a whole; {told}": "avvisas i sin helhet; {told}",
    "{served}, {withheld} withheld; {told}": "{served}, {withheld} hålls inne; {told}",
    "{served}, {withheld} withheld, {enactors} withheld from Enactor only; {told}": (
        "{served}, {withheld} hålls inne, {enactors} hålls inne bara från Enactor; {told}"
    ),
    # the file
    "the workbook is not there": "arbetsboken finns inte där",
    "it is a folder": "det är en mapp",
    "name the workbook in it": "ange arbetsboken som ligger i den",
    "the file is empty": "filen är tom",
    "the file is not an .xlsx workbook": "filen är ingen arbetsbok av slaget .xlsx",
    "the file is a web page": "filen är en webbsida",
    "the file is an XML file": "filen är en XML-fil",
    "the file is text, such as a .csv file": "filen är text, till exempel en .csv-fil",
    "the file has a password": "filen har ett lösenord",
    "the file is an old .xls workbook": "filen är en gammal arbetsbok (.xls)",
    "the file is a very old .xls workbook": "filen är en mycket gammal arbetsbok (.xls)",
    "the file is an OpenDocument (.ods) workbook": "filen är en OpenDocument-arbetsbok (.ods)",
    "the file is a binary workbook (.xlsb)": "filen är en binär arbetsbok (.xlsb)",
    "the file is another kind of document": "filen är ett dokument av ett annat slag",
    "the file is a document or a presentation": "filen är ett dokument eller en presentation",
    "the file is of the kind “Strict Open XML”": "filen är av slaget ”Strict Open XML”",
    "the file is an empty archive": "filen är en tom zip",
    "the file is a zip, but not a workbook": "filen är en zip, men ingen arbetsbok",
    "the file is a zip with {workbook} in it": "filen är en zip med {workbook} i",
    "take the workbook out of the zip and put it in its place": (
        "ta ut arbetsboken ur zip-filen och lägg den i dess ställe"
    ),
    # limits
    "the file has {size} MiB, the limit is {limit} MiB (limits.workbook_bytes)": (
        "filen är på {size} MiB, gränsen är {limit} MiB (limits.workbook_bytes)"
    ),
    "the file unpacks to {size} MiB, the limit is {limit} MiB (limits.unpacked_bytes)": (
        "filen packas upp till {size} MiB, gränsen är {limit} MiB (limits.unpacked_bytes)"
    ),
    "{part} unpacks to more than {limit} times its size (limits.ratio)": (
        "{part} packas upp till mer än {limit} gånger sin storlek (limits.ratio)"
    ),
    "the file has {parts} parts, the limit is {limit} (limits.entries)": (
        "filen har {parts} delar, gränsen är {limit} (limits.entries)"
    ),
    "the workbook needs more memory than allowed (limits.memory_bytes)": (
        "arbetsboken behöver mer minne än tillåtet (limits.memory_bytes)"
    ),
    "sheet {sheet} has a row {row}, the limit is {limit} (limits.rows)": (
        "bladet {sheet} har en rad {row}, gränsen är {limit} (limits.rows)"
    ),
    "sheet {sheet} has something in column {column}, the limit is {limit} (limits.columns)": (
        "bladet {sheet} har något i kolumn {column}, gränsen är {limit} (limits.columns)"
    ),
    # damage and forbidden content
    "a number format of the workbook has no number": "ett talformat i arbetsboken saknar nummer",
    "the cell shows {shown} and holds {number}": "cellen visar {shown} och innehåller {number}",
    "the cell hides the minus": "cellen döljer minustecknet",
    "the cell shows another unit": "cellen visar en annan enhet",
    "the cell shows a minus": "cellen visar ett minustecken",
    "the text {text} is shown with other signs, by the format {format}": (
        "texten {text} visas med andra tecken, av formatet {format}"
    ),
    "more than {limit} rows have mistakes": "fler än {limit} rader har fel",
    (
        "look at the first rows with `corsheet check` on a part of the workbook; a column may be"
        " filled down too far"
    ): (
        "se på de första raderna med `corsheet check` på en del av arbetsboken; en kolumn kan vara"
        " ifylld för långt ned"
    ),
    "the workbook has more than {limit} texts": "arbetsboken har fler än {limit} texter",
    "merged cells overlap": "sammanfogade celler överlappar varandra",
    "a text stands twice": "en text står två gånger",
    "{part} is not what it should be": "{part} är inte vad den ska vara",
    "{part} holds a tag of over 1 MiB": "{part} innehåller en tagg på över 1 MiB",
    "{part} has more than 4 MiB": "{part} är på mer än 4 MiB",
    "a cell holds more than {limit} characters": "en cell innehåller mer än {limit} tecken",
    "a sheet has a name that is too long": "ett blad har ett för långt namn",
    "the sheet {sheet} is missing in the file": "bladet {sheet} saknas i filen",
    "sheet {sheet} has a cell of another row in row {row}": (
        "bladet {sheet} har en cell från en annan rad i rad {row}"
    ),
    "sheet {sheet} has two values in a cell of row {row}": (
        "bladet {sheet} har två värden i en cell i rad {row}"
    ),
    "a part of the workbook declares a document type (DTD)": (
        "en del av arbetsboken anger en dokumenttyp (DTD)"
    ),
    "parts of the file lie on top of each other": "delar av filen ligger ovanpå varandra",
    "two parts of the file have the same name": "två delar av filen har samma namn",
    "a part of the file is packed in a way that no workbook is": (
        "en del av filen är packad på ett sätt som ingen arbetsbok är"
    ),
    "a part of the file is broken": "en del av filen är trasig",
    "the end of the file is missing or broken": "slutet av filen saknas eller är trasigt",
    "the workbook's description is broken ({error})": (
        "arbetsbokens beskrivning är trasig ({error})"
    ),
    "{part} is broken": "{part} är trasig",
    "{part} is not in UTF-8": "{part} är inte skriven i UTF-8",
    "{part} declares a document type (DTD)": "{part} anger en dokumenttyp (DTD)",
    "the rows of sheet {sheet} are out of order at row {row}": (
        "raderna på bladet {sheet} står i oordning vid rad {row}"
    ),
    "a text that cells share is missing": "en text som celler delar saknas",
    "sheet {sheet} has a cell twice in row {row}": (
        "bladet {sheet} har en cell två gånger på rad {row}"
    ),
    "sheet {sheet} has {text} where a number belongs": (
        "bladet {sheet} har {text} där det ska stå ett tal"
    ),
    "sheet {sheet} has a cell without an address in row {row}": (
        "bladet {sheet} har en cell utan adress på rad {row}"
    ),
    "sheet {sheet} has merged cells without an address": (
        "bladet {sheet} har sammanfogade celler utan adress"
    ),
    # sheets and headings
    "there is no sheet {sheet}": "det finns inget blad {sheet}",
    "rename the sheet {name} to {sheet}, if it is meant": (
        "döp om bladet {name} till {sheet}, om det är det som menas"
    ),
    "add a sheet named {sheet}; `corsheet init` writes a workbook to copy it from": (
        "lägg till ett blad med namnet {sheet}; `corsheet init` skriver en arbetsbok att kopiera"
        " det från"
    ),
    "sheets {first} and {second} both are {sheet}": "bladen {first} och {second} är båda {sheet}",
    "the sheet {sheet} is not read": "bladet {sheet} läses inte",
    "did you mean {sheet}? Then rename the sheet": (
        "menade du {sheet}? Byt i så fall namn på bladet"
    ),
    "there is no heading row": "det finns ingen rubrikrad",
    "write the headings {columns} in one row above the data": (
        "skriv rubrikerna {columns} på en rad ovanför uppgifterna"
    ),
    "the column {column} is missing": "kolumnen {column} saknas",
    "write the heading {column} in this row, above its values": (
        "skriv rubriken {column} på den här raden, ovanför sina värden"
    ),
    "the column {column} is missing; here stands {heading}": (
        "kolumnen {column} saknas; här står {heading}"
    ),
    "did you mean {column}? Then write it so": "menade du {column}? Skriv i så fall det",
    "the column {heading} is not read": "kolumnen {heading} läses inte",
    "this heading and the one in column {letters} both are {column}": (
        "den här rubriken och den i kolumn {letters} är båda {column}"
    ),
    "a second heading row stands here, below the one in row {row}": (
        "här står en andra rubrikrad, under den på rad {row}"
    ),
    "{count} hidden rows are served, the first is row {row}": (
        "{count} dolda rader visas i kassan, den första är rad {row}"
    ),
    "a hidden row is served": "en dold rad visas i kassan",
    "the sheet is hidden, and its rows are served": "bladet är dolt, och dess rader visas i kassan",
    "the hidden column {column} is served": "den dolda kolumnen {column} visas i kassan",
    "corsheet does not know the field {field}": "corsheet känner inte till fältet {field}",
    "{field} lets others find out, or use, the number of a card": (
        "{field} låter andra ta reda på, eller använda, ett kortnummer"
    ),
    "{field} is no field, since nothing of the kind stands within {value}": (
        "{field} är inget fält, för inget sådant finns inuti {value}"
    ),
    (
        "a field is written with the letters A to Z, digits and points, and places such as [0]; a"
        " column of your own needs a heading of two words"
    ): (
        "ett fält skrivs med bokstäverna A till Z, siffror och punkter, och platser som [0]; en"
        " egen kolumn behöver en rubrik av två ord"
    ),
    (
        "if it is Enactor's, write the headings {columns} and those of fields, such as {field}, in"
        " one row above the data; if it is your own, give it another name"
    ): (
        "om det är Enactors, skriv rubrikerna {columns} och de för fält, till exempel {field}, på"
        " en rad ovanför uppgifterna; om det är ditt eget, ge det ett annat namn"
    ),
    "corsheet itself failed here: {error} in {module}, line {line}": (
        "corsheet självt felade här: {error} i {module}, rad {line}"
    ),
    # cells
    "{column} is empty": "{column} är inte ifylld",
    "TRUE or FALSE is not an id": "SANT eller FALSKT är inget id",
    "TRUE or FALSE is not a text": "SANT eller FALSKT är ingen text",
    "TRUE or FALSE is not a number": "SANT eller FALSKT är inget tal",
    "{word} is not a number": "{word} är inget tal",
    "write the quantity with digits, such as 2": "skriv antalet med siffror, till exempel 2",
    "{word} cannot be read in one way only": "{word} kan inte läsas på ett enda sätt",
    "{word} is too large or too long": "{word} är för stort eller för långt",
    "{word} has too many digits": "{word} har för många siffror",
    "{number} is below zero": "{number} är under noll",
    "{number} is not above zero": "{number} är inte över noll",
    "{number} has more than two decimals": "{number} har fler än två decimaler",
    "{word} is neither yes nor no": "{word} är varken ja eller nej",
    "the cell shows {error}": "cellen innehåller felet {error}",
    "the formula has no stored result": "formeln har inget sparat resultat",
    "the cell holds the date {date}": "cellen innehåller datumet {date}",
    "the cell shows a percentage": "cellen visar en procentsats",
    "the cell shows a fraction": "cellen visar ett bråk",
    "the cell shows thousands": "cellen visar tusental",
    "the cell shows further digits": "cellen visar siffror som inte hör till talet",
    "the cell does not show its number": "cellen visar inte sitt tal",
    "{number} is not a whole number": "{number} är inget heltal",
    "the number has more than 15 digits": "talet har fler än 15 siffror",
    "the number {number} is shown with other signs, by the format {format}": (
        "talet {number} visas med andra tecken, av formatet {format}"
    ),
    "a line break, tab or control character is in it": (
        "den innehåller en radbrytning, en tabb eller ett styrtecken"
    ),
    "an invisible character is in it": "den innehåller ett osynligt tecken",
    "there are spaces or invisible characters around it, or odd ones in it": (
        "det finns blanksteg eller osynliga tecken runt om, eller ovanliga blanksteg i"
    ),
    "{count} cells are merged into one": "{count} celler är sammanfogade till en",
    "the till may not know {word}": "kassan känner kanske inte till {word}",
    "Enactor's clients may not know {word}": "Enactors klienter känner kanske inte till {word}",
    "did you mean {word}?": "menade du {word}?",
    "the number {number} is shown as kronor or pounds, by the format {format}": (
        "talet {number} visas som kronor eller pund, av formatet {format}"
    ),
    "write milliseconds since 1970 as a number, such as 1543225531000": (
        "skriv millisekunder sedan 1970 som ett tal, till exempel 1543225531000"
    ),
    "{text} is not a date and time with its offset": (
        "{text} är inte datum och klockslag med avstånd från UTC"
    ),
    "{text} stands where only an empty object or nothing may stand": (
        "{text} står där bara ett tomt objekt eller ingenting får stå"
    ),
    "{column} and {other} cannot both be": "{column} och {other} kan inte finnas samtidigt",
    # orders
    "order {order} stands in row {row} already": "order {order} finns redan på rad {row}",
    "order {order} stands in row {row} already, and one of them is for every business unit": (
        "order {order} finns redan på rad {row}, och en av dem gäller alla butiker"
    ),
    "fill in the business unit of both rows, or delete one of them": (
        "fyll i butik (Business unit) på båda raderna, eller ta bort en av dem"
    ),
    "order {order} has a row in Invoices already": "order {order} har redan en rad på Invoices",
    "order {order} has no row in Invoices": "order {order} har ingen rad på Invoices",
    "order {order} has no row in Items": "order {order} har ingen rad på Items",
    "order {order} has no item {item}": "order {order} har ingen artikel {item}",
    "order {order} has item {item} on {count} rows of Items": (
        "order {order} har artikel {item} på {count} rader på Items"
    ),
    "there is no order {order} in Orders": "det finns ingen order {order} på Orders",
    "there is no order {order} in Orders for business unit {unit}": (
        "det finns ingen order {order} på Orders för butik {unit}"
    ),
    "first mend the order ids in Orders; this row's order may be among them": (
        "rätta först ordernumren på Orders; den här radens order kan finnas bland dem"
    ),
    "first mend the order ids in Items; this item's row may be among them": (
        "rätta först order-id:na på Items; artikelns rad kan vara en av dem"
    ),
    "first mend the order ids in Invoices; this order's row may be among them": (
        "rätta först order-id:na på Invoices; orderns rad kan vara en av dem"
    ),
    "did you mean {order}? Then write it so, in a cell formatted as Text": (
        "menade du {order}? Skriv i så fall det, i en cell formaterad som Text"
    ),
    "order {order} stands in units {units}": "order {order} finns i butikerna {units}",
    "fill in the business unit of this row": "fyll i butik (Business unit) på den här raden",
    # Enactor's orders
    "it is not the customer that order {order} has in Orders, in row {row}": (
        "det är inte den kund som order {order} har på Orders, rad {row}"
    ),
    "row {position} of order {order} in Items is item {item}": (
        "rad {position} av order {order} på Items är artikel {item}"
    ),
    "write {item}, as Items has it": "skriv {item}, som det står på Items",
    "line {line} of order {order} is another item already": (
        "rad {line} av order {order} är redan en annan artikel"
    ),
    "empty the cell, or delete the order's rows on {sheet}": (
        "töm cellen, eller ta bort orderns rader på {sheet}"
    ),
    "rows below this one are counted on Enactor items; it may be one of them": (
        "rader nedanför den här räknas på Enactor items; den kan vara en av dem"
    ),
    "write it without the minus; TRUE below isRefund says that it is a refund": (
        "skriv det utan minustecken; SANT under isRefund säger att det är en återbetalning"
    ),
    "the row does not say which product it is": "raden säger inte vilken produkt det är",
    "row {position} of order {order} in Items is added to already": (
        "rad {position} av order {order} på Items byggs redan på"
    ),
    "there is no row {position} of order {order} in Items, which has {count}": (
        "det finns ingen rad {position} av order {order} på Items, som har {count}"
    ),
    "order {order} has product {product} on two rows": (
        "order {order} har produkten {product} på två rader"
    ),
    "product {product} stands in row {row} already": "produkten {product} finns redan på rad {row}",
    "business unit {unit} stands here without an order": "butiken {unit} står här utan en order",
    "order {order} has no line {line}": "order {order} har ingen rad {line}",
    "{number} is finer than the currency's minor unit": (
        "{number} är finare än valutans minsta enhet"
    ),
    "Enactor counts in whole pieces, not {number}": "Enactor räknar i hela stycken, inte {number}",
    # the annotated copy
    "What corsheet found in this workbook": "Vad corsheet hittade i den här arbetsboken",
    "Errors: {errors}. Warnings: {warnings}.": "Fel: {errors}. Varningar: {warnings}.",
    "This is a copy: mend the cells in your own workbook. Click on a cell's address to go there;"
    " cells in colour have a note that says what to do.": (
        "Det här är en kopia: rätta cellerna i din egen arbetsbok. Klicka på en cells adress för"
        " att gå dit; färgade celler har en anteckning som säger vad du kan göra."
    ),
    "Severity": "Grad",
    "Code": "Kod",
    "Sheet": "Blad",
    "Cell": "Cell",
    "What is there": "Vad som står där",
    "What to do": "Vad du kan göra",
    "Order": "Order",
    "{count} more did not fit on this sheet.": "{count} till fick inte plats på det här bladet.",
    "There are {count} more, see the sheet in front.": (
        "Det finns {count} till, se bladet längst fram."
    ),
}

SWEDISH: dict[str, str] = {**CATALOGUE, **MESSAGES}
