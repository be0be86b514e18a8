"""The catalogue of faults: each with its code, what it means and what to do.

Codes are stable: other programs and docs/findings.md name them. CS0xx file,
CS1xx sheets and headings, CS2xx cells, CS3xx rows and orders, CS4xx between
sheets, CS5xx settings. The module is one table and as long as it needs to be.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum


class Severity(StrEnum):
    """An error withholds its order, or refuses the workbook; a warning does neither."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of fault: its code, how grave it is, what it means, what to do.

    Its texts are written for a shop manager, and each has a Swedish one in
    ``swedish_catalogue``. The cells in an example are where the workbook of
    ``corsheet init`` has them.

    Attributes:
        id: Stable code, such as ``CS203``.
        severity: Of every finding of this kind.
        title: A few words, the heading in docs/findings.md.
        explanation: Why corsheet minds; whole sentences.
        example: What the manager may see, where, and what comes of it; whole sentences.
        cure: What to do in Excel or LibreOffice; the hint of a finding that has no better one.
            No sentence, so that it can follow after a colon.
    """

    id: str
    severity: Severity
    title: str
    explanation: str
    example: str
    cure: str


_E, _W = Severity.ERROR, Severity.WARNING


class Code(Enum):
    """The catalogue."""

    FILE_MISSING = Entry(
        "CS001",
        _E,
        title="The workbook is not there",
        explanation="There is no file where corsheet looks for the workbook.",
        example=(
            "orders.xlsx was moved to another folder. The last good orders stay in service until"
            " it is back."
        ),
        cure="put the workbook back, or name the place where it is now",
    )
    FILE_UNREADABLE = Entry(
        "CS002",
        _E,
        title="The workbook cannot be opened",
        explanation=(
            "The computer refused to read the file: another program has locked it, or rights are"
            " missing."
        ),
        example=(
            "A backup program has locked orders.xlsx while it copies it. The last good orders stay"
            " in service meanwhile."
        ),
        cure="close the program that holds the file, or give corsheet the right to read it",
    )
    FILE_EMPTY = Entry(
        "CS003",
        _E,
        title="The file is empty",
        explanation="The file holds nothing at all, as one does whose saving was cut off.",
        example=(
            "The disk was full when orders.xlsx was saved, so it has 0 kB. The last good orders"
            " stay in service until a whole file is there."
        ),
        cure="save the workbook again where it is still open, or put a backup copy in its place",
    )
    NOT_A_WORKBOOK = Entry(
        "CS004",
        _E,
        title="The file is not an Excel workbook",
        explanation="Whatever its name says, the file does not hold an .xlsx or .xlsm workbook.",
        example=(
            "A PDF of the orders was saved under the name orders.xlsx. The last good orders stay"
            " in service until a workbook is there."
        ),
        cure="put the workbook itself there, saved as “Excel Workbook (.xlsx)”",
    )
    PASSWORD = Entry(
        "CS005",
        _E,
        title="The workbook has a password",
        explanation=(
            "Whoever opens the file is asked for a password, and corsheet has none to give. A"
            " password that only guards a sheet against changes does no harm."
        ),
        example=(
            "Excel asks for a password when orders.xlsx is opened. The last good orders stay in"
            " service until it opens without one."
        ),
        cure=(
            "in Excel choose File, Info, Protect Workbook, Encrypt with Password, empty the field"
            " and save; in LibreOffice choose Save As and take the tick off “Save with password”"
        ),
    )
    DAMAGED = Entry(
        "CS006",
        _E,
        title="The workbook is damaged",
        explanation=(
            "The file starts like a workbook, but a part of it is missing or changed. A save that"
            " was cut off, or that is not finished yet, looks like this. Where only one of"
            " Enactor's sheets is damaged, its clients are told no orders, and the tills are"
            " served."
        ),
        example=(
            "orders.xlsx was copied from a memory stick that was pulled out too soon. The last"
            " good orders stay in service until the whole file is there."
        ),
        cure="open it in Excel or LibreOffice, let it repair the file, and save it again",
    )
    LIMIT = Entry(
        "CS007",
        _E,
        title="The workbook is larger than allowed",
        explanation=(
            "A limit keeps a workbook from taking all the memory or time that the till needs. The"
            " message names the limit. Where one of Enactor's sheets is over it, its clients are"
            " told no orders, and the tills are served."
        ),
        example=(
            "A note stands far to the right on Items, in the 300th column, and corsheet reads 256."
            " The last good orders stay in service until it is gone."
        ),
        cure="delete what is not needed, or raise the limit in corsheet.toml",
    )
    FORBIDDEN_CONTENT = Entry(
        "CS008",
        _E,
        title="The workbook holds something no workbook needs",
        explanation=(
            "Neither Excel nor LibreOffice writes such parts; they are used to attack programs"
            " that read workbooks."
        ),
        example=(
            "orders.xlsx came by e-mail, and two parts inside the file have the same name. The"
            " file is not read, and the last good orders stay in service."
        ),
        cure="open it in Excel or LibreOffice and save it as a new file",
    )
    STRICT_FORMAT = Entry(
        "CS009",
        _E,
        title="The workbook is saved as “Strict Open XML”",
        explanation="Excel offers two kinds of .xlsx; corsheet reads the usual one.",
        example=(
            "“Strict Open XML Spreadsheet” was chosen when orders.xlsx was saved. The last good"
            " orders stay in service until it is saved as the usual kind."
        ),
        cure="in Excel choose Save As, “Excel Workbook (.xlsx)”, without “Strict”",
    )
    OLD_WORKBOOK = Entry(
        "CS010",
        _E,
        title="The workbook is of the old .xls kind",
        explanation=(
            "Excel wrote this kind until 2003. How its numbers are shown is kept in another way,"
            " so ids could lose their zeros; corsheet reads it not at all rather than nearly"
            " right."
        ),
        example=(
            "An old program writes its orders as orders.xls. The last good orders stay in service"
            " until the workbook is saved as .xlsx."
        ),
        cure="open it in Excel or LibreOffice and save it as “Excel Workbook (.xlsx)”",
    )
    OPEN_DOCUMENT = Entry(
        "CS011",
        _E,
        title="The workbook is an OpenDocument file (.ods)",
        explanation=(
            "LibreOffice's own kind. How its numbers are shown is kept in another way, so ids"
            " could lose their zeros; corsheet reads it not at all rather than nearly right."
        ),
        example=(
            "LibreOffice saved the orders as orders.ods, as it does unless told otherwise. The"
            " last good orders stay in service until the workbook is saved as .xlsx."
        ),
        cure="open it in LibreOffice and save it as “Excel 2007-365 (.xlsx)”",
    )
    BINARY_WORKBOOK = Entry(
        "CS012",
        _E,
        title="The workbook is of the binary kind (.xlsb)",
        explanation="Excel's binary kind is kept in another way; corsheet reads the usual one.",
        example=(
            "“Excel Binary Workbook” was chosen to make the file smaller. The last good orders"
            " stay in service until it is saved as .xlsx."
        ),
        cure="open it in Excel and save it as “Excel Workbook (.xlsx)”",
    )
    TEXT_FILE = Entry(
        "CS013",
        _E,
        title="The file is a text file",
        explanation=(
            "A text file (.csv, .txt, a web page) knows neither sheets nor how an id is shown. A"
            " new name does not make a workbook of it."
        ),
        example=(
            "The web shop's orders.csv was renamed to orders.xlsx. The last good orders stay in"
            " service until a workbook is there."
        ),
        cure=(
            "open it in Excel or LibreOffice, with the id columns as Text, and save it as “Excel"
            " Workbook (.xlsx)”"
        ),
    )
    OTHER_ARCHIVE = Entry(
        "CS014",
        _E,
        title="The file is a zip of something else",
        explanation=(
            "Inside, a workbook is a zip with certain parts in it, and this one has others: a"
            " document, a presentation, or a folder that was packed."
        ),
        example=(
            "The workbook was packed to be sent, and orders.zip was renamed to orders.xlsx. The"
            " last good orders stay in service until the workbook itself is there."
        ),
        cure="put the workbook itself there, saved as “Excel Workbook (.xlsx)”",
    )
    OUR_FAULT = Entry(
        "CS015",
        _E,
        title="A fault of corsheet itself",
        explanation=(
            "Something on Enactor's sheets made the program itself fail. Enactor's clients are"
            " told no orders, and Hii Retail's tills are served as ever."
        ),
        example=(
            "A sheet of Enactor's is laid out in a way that nobody had thought of. Hii Retail's"
            " tills are served, and Enactor's clients are told nothing."
        ),
        cure="send the message to whoever looks after corsheet; until then undo the last change",
    )
    SHEET_MISSING = Entry(
        "CS101",
        _E,
        title="A sheet is missing",
        explanation=(
            "The sheets Orders and Items must be there. The whole workbook is refused, and the"
            " last good orders stay in service."
        ),
        example=(
            "The sheet with the items is called “Lines”, a name that corsheet does not know. The"
            " workbook is refused until the sheet is called Items."
        ),
        cure="name the sheets Orders and Items; `corsheet init` writes a workbook that has them",
    )
    SHEET_TWICE = Entry(
        "CS102",
        _E,
        title="A sheet stands twice",
        explanation=(
            "Two sheets carry names that mean the same, so nobody can tell which one counts. The"
            " whole workbook is refused, and the last good orders stay in service. With two of"
            " Enactor's sheets only Enactor's clients are told no orders."
        ),
        example=(
            "There is a sheet Items and a sheet Rader, which is another name for Items. The"
            " workbook is refused until one of them is renamed or deleted."
        ),
        cure="rename or delete one of the sheets",
    )
    COLUMN_MISSING = Entry(
        "CS103",
        _E,
        title="A column is missing",
        explanation=(
            "A heading that the sheet must have was not found. The whole workbook is refused, and"
            " the last good orders stay in service. On one of Enactor's sheets only Enactor's"
            " clients are told no orders."
        ),
        example=(
            "Orders has no heading Customer. The workbook is refused until it stands in the"
            " heading row."
        ),
        cure="write the heading in the heading row",
    )
    COLUMN_TWICE = Entry(
        "CS104",
        _E,
        title="A column stands twice",
        explanation=(
            "Two headings mean the same column, so nobody can tell which one counts. The whole"
            " workbook is refused, and the last good orders stay in service. On one of Enactor's"
            " sheets only Enactor's clients are told no orders."
        ),
        example=(
            "Orders has the headings Customer and Kund, which mean the same. The workbook is"
            " refused until one of them is renamed or deleted."
        ),
        cure="rename or delete one of the headings",
    )
    SHEET_NEAR_MISS = Entry(
        "CS105",
        _W,
        title="A sheet's name is nearly one that corsheet reads",
        explanation=(
            "The sheet is not read; perhaps its name is misspelt. One of Enactor's may lack the"
            " headings that it is known by."
        ),
        example=(
            "A sheet is called “Invoces”. It is not read, and the orders are served without their"
            " invoices."
        ),
        cure="rename the sheet if it is meant to be read",
    )
    HEADING_NEAR_MISS = Entry(
        "CS106",
        _W,
        title="A heading is nearly one that corsheet reads",
        explanation="The column is not read; perhaps its heading is misspelt.",
        example=(
            "Orders!F1 holds “Lokced” in place of “Locked”. The column is not read, and no order"
            " is served as locked."
        ),
        cure="rename the heading if the column is meant to be read",
    )
    HIDDEN_ROWS = Entry(
        "CS107",
        _W,
        title="Hidden rows are served",
        explanation="A row that is hidden or filtered away is served like any other.",
        example="Row 12 of Orders is filtered away. Its order is served all the same.",
        cure="unhide the rows and look at them; delete those that are not meant for the till",
    )
    HIDDEN_COLUMN = Entry(
        "CS108",
        _W,
        title="A hidden column is served",
        explanation="A column that is hidden is read like any other.",
        example=(
            "Column E of Orders, Minimum down payment, is hidden. The amounts in it are served all"
            " the same."
        ),
        cure="unhide the column and look at it; rename its heading if it is not meant to be read",
    )
    HIDDEN_SHEET = Entry(
        "CS109",
        _W,
        title="A hidden sheet is served",
        explanation="A sheet that is hidden is read like any other.",
        example="The sheet Discounts is hidden. Its discounts are served all the same.",
        cure="unhide the sheet and look at it; rename it if it is not meant to be read",
    )
    TWO_TABLES = Entry(
        "CS110",
        _E,
        title="Two tables stand on one sheet",
        explanation=(
            "A second heading row stands below the first, so nobody can tell what belongs to"
            " which. The whole workbook is refused, and the last good orders stay in service. On"
            " one of Enactor's sheets only Enactor's clients are told no orders."
        ),
        example=(
            "Row 40 of Orders holds the headings again, with last year's orders below. The"
            " workbook is refused until they are on another sheet."
        ),
        cure=(
            "move the second table to a sheet of its own, or delete its heading row and the rows"
            " between"
        ),
    )
    UNKNOWN_FIELD = Entry(
        "CS111",
        _W,
        title="A field of Enactor's that corsheet does not know",
        explanation=(
            "A heading on Enactor's sheets is the path of a field. This one is none that corsheet"
            " knows, so its cells are served as they stand, and nothing checks them."
        ),
        example=(
            "A heading on Payments is “tenderID.id”. The field is served under that name, and"
            " Enactor's clients may be waiting for “tenderId.id”."
        ),
        cure=(
            "look at the spelling; it is sent to Enactor's clients as it stands, so for a column of"
            " your own use a heading of two words, such as 'Comment by Anna'"
        ),
    )
    CARD_SECRET = Entry(
        "CS112",
        _W,
        title="A column may give cards away",
        explanation=(
            "A token can be used to pay, and a hash of a card's number lets anybody find the"
            " number by trying them all. Whoever has the workbook, or a copy of it, has them too."
        ),
        example=(
            "Payments has a column cardDetails.panToken. It is served to Enactor's clients, and"
            " stands in every copy of the workbook."
        ),
        cure="delete the column, unless the workbook is made up for a test",
    )
    FIELD_WITHIN_VALUE = Entry(
        "CS113",
        _E,
        title="A heading stands within a field that has nothing within it",
        explanation=(
            "A point in a heading leads into an object, and [0] into a list. This one leads into a"
            " field that is neither, such as a number. Enactor's clients are told no orders."
        ),
        example=(
            "A heading on Enactor items is “lineNumber.x”, and lineNumber is a number. Enactor's"
            " clients are told no orders until the heading is mended."
        ),
        cure="mend the heading; a column of your own needs a heading of two words",
    )
    VALUE_MISSING = Entry(
        "CS201",
        _E,
        title="A cell is empty that must be filled",
        explanation="The till needs this value to show the order.",
        example=(
            "Orders!C5 is empty below the heading Customer. The order is withheld until the cell"
            " is filled in."
        ),
        cure="fill in the cell, or delete the whole row",
    )
    NOT_AN_ID = Entry(
        "CS202",
        _E,
        title="A cell does not hold an id",
        explanation=(
            "An id, such as an order number, is text or a whole number. A number is served as the"
            " cell shows it, and how this one is shown cannot be told for sure."
        ),
        example=(
            "Items!C7 shows “1,234”, a number with a mark between the thousands. The order of that"
            " row is withheld until the cell holds the id as text."
        ),
        cure="format the cell as Text and type the id again",
    )
    NOT_A_NUMBER = Entry(
        "CS203",
        _E,
        title="A cell does not hold a number",
        explanation="An amount or a quantity is written with digits.",
        example=(
            "Items!D17 holds “two”. The order of that row is withheld until the cell holds a"
            " number such as 2."
        ),
        cure="write the number with digits, such as 2 or 1234,50",
    )
    AMBIGUOUS_NUMBER = Entry(
        "CS204",
        _E,
        title="A number can be read in two ways",
        explanation=(
            "1,234 is one thousand two hundred and thirty-four to one reader and a little more"
            " than one to another, so corsheet refuses to guess."
        ),
        example=(
            "Items!E9 holds the text “1,234”. The order of that row is withheld until the price"
            " can be read in one way only."
        ),
        cure="write it without a mark between the thousands, such as 1234 or 1234,50",
    )
    NEGATIVE_AMOUNT = Entry(
        "CS205",
        _E,
        title="An amount is below zero",
        explanation=(
            "The till takes no negative amounts. Nor does a payment of Enactor's: a refund is above"
            " zero, and isRefund says what it is."
        ),
        example=(
            "Items!E6 holds -9.90. The order of that row is withheld until the unit price is 0 or"
            " more."
        ),
        cure="write an amount of 0 or more",
    )
    NOT_POSITIVE = Entry(
        "CS206",
        _E,
        title="A quantity is not above zero",
        explanation="An item that nobody ordered cannot be sold.",
        example=(
            "Items!D8 holds 0. The order of that row is withheld until the quantity is above 0 or"
            " the row is deleted."
        ),
        cure="write how many were ordered, or delete the row",
    )
    NOT_YES_OR_NO = Entry(
        "CS207",
        _E,
        title="A cell holds neither yes nor no",
        explanation="The cell takes yes or no, and nothing between.",
        example=(
            "Orders!F3 holds “maybe” below the heading Locked. The order is withheld until the"
            " cell holds yes or no, or nothing."
        ),
        cure="write yes or no, or leave the cell empty",
    )
    ERROR_VALUE = Entry(
        "CS208",
        _E,
        title="A formula gives an error",
        explanation="The cell shows an error such as #N/A in place of a value.",
        example=(
            "Items!E11 shows #N/A, since its formula finds no price. The order of that row is"
            " withheld until the cell shows one."
        ),
        cure="mend the formula, or type the value",
    )
    NOT_CALCULATED = Entry(
        "CS209",
        _E,
        title="A formula has no result yet",
        explanation=(
            "A program wrote the formula and no program has calculated it since: the file holds no"
            " value."
        ),
        example=(
            "Items!E4 holds =D4*2, written by a web shop's export. The order of that row is"
            " withheld until the workbook has been saved once in Excel or LibreOffice."
        ),
        cure="open the workbook in Excel or LibreOffice and save it",
    )
    MERGED = Entry(
        "CS210",
        _E,
        title="Cells are merged",
        explanation=(
            "A merged cell stands in several rows or columns at once, so nobody can tell whose"
            " value it is."
        ),
        example=(
            "Items!B5 to B7 are merged so that the order number shows only once. The order is"
            " withheld until each row has its own."
        ),
        cure="unmerge the cells and fill in each one",
    )
    DATE = Entry(
        "CS211",
        _E,
        title="A date stands where none belongs",
        explanation="Excel turned what was typed into a date; what was typed is lost.",
        example=(
            "The item id 11-21 was typed in Items!C9, and Excel made a date of it. The order of"
            " that row is withheld until the cell holds the id as text."
        ),
        cure=(
            "format the cell as Text (for an id or a text) or Number (for an amount), and type the"
            " value again"
        ),
    )
    TOO_MANY_DIGITS = Entry(
        "CS212",
        _E,
        title="A number has more digits than Excel keeps",
        explanation=(
            "Excel keeps 15 digits of a number and makes the rest zeros, so the id in the cell is"
            " not the one that was typed."
        ),
        example=(
            "1234567890123456 was typed in Orders!C3, and Excel made 1234567890123450 of it. The"
            " order is withheld until the cell holds the id as text."
        ),
        cure="format the cell as Text and type the id again",
    )
    HIDDEN_CHARACTERS = Entry(
        "CS213",
        _E,
        title="A cell holds characters that cannot be seen",
        explanation=(
            "A line break, a tab or an invisible character inside an id makes it another id to the"
            " till."
        ),
        example=(
            "The item id in Items!C4 was pasted from an e-mail and has a line break in it. The"
            " order of that row is withheld until the id is typed again."
        ),
        cure="type the value again, do not paste it",
    )
    TRIMMED = Entry(
        "CS214",
        _W,
        title="Spaces around a value are left out",
        explanation=(
            "The cell has spaces before or after the value, or unusual spaces inside it, as pasted"
            " text often has. The value is served without the outer ones and with usual spaces"
            " inside; the cell stays as it is."
        ),
        example=(
            "Orders!C8 holds “10001 ” with a space at the end. The customer is served as “10001”,"
            " without it."
        ),
        cure="type the value again without these spaces",
    )
    MANY_DECIMALS = Entry(
        "CS215",
        _W,
        title="An amount has more than two decimals",
        explanation="It is served as it stands; a till counts in hundredths.",
        example=(
            "Items!E5 holds 9.905. The price is served as it stands, and the till may round it in"
            " its own way."
        ),
        cure="round the amount, or the formula, to two decimals",
    )
    NUMBER_TOO_LARGE = Entry(
        "CS216",
        _E,
        title="A number is too large or too long",
        explanation=(
            "Above ten million million, or beyond 15 digits, Excel no longer keeps a number"
            " exactly as it was typed."
        ),
        example=(
            "Orders!E2 holds 99999999999999, since a key was held down. The order is withheld"
            " until the amount is mended."
        ),
        cure="look at the number and type it again",
    )
    NOT_TEXT = Entry(
        "CS217",
        _E,
        title="A cell holds something other than text",
        explanation="The cell takes text or a whole number.",
        example=(
            "Orders!D6 holds TRUE below the heading Status. The order is withheld until the cell"
            " holds a status."
        ),
        cure="format the cell as Text and type the value again",
    )
    SHOWN_DIFFERENTLY = Entry(
        "CS218",
        _E,
        title="An amount is shown as something else",
        explanation=(
            "The cell shows a percentage, a fraction, thousands or digits of its own, or hides a"
            " minus, so what is seen is not the number that is stored."
        ),
        example=(
            "Orders!E7 shows 50%, and the number behind it is 0.5. The order is withheld until the"
            " cell shows an amount."
        ),
        cure="format the cell as Number",
    )
    ROUNDED = Entry(
        "CS219",
        _W,
        title="A number is shown rounded",
        explanation=(
            "The cell shows fewer decimals than its number has. The till gets the number, not what"
            " is seen."
        ),
        example=(
            "Items!E5 shows 13 and holds 12.6. The price is served as 12.6, until the number or"
            " the format is changed."
        ),
        cure="round the number, or the formula, or show more decimals",
    )
    NOT_MINOR_UNITS = Entry(
        "CS220",
        _E,
        title="A sum is not in minor units",
        explanation=(
            "Enactor counts money in the smallest coin, öre or pence, without decimals. A sum that"
            " is typed or shown as kronor or pounds would be served a hundred times too small."
        ),
        example=(
            "Payments!G2 holds 19,90 below the heading amount. Enactor's clients are not told the"
            " order until the cell holds 1990."
        ),
        cure="write it in öre or pence as a whole number: 1990 for 19,90",
    )
    NOT_WHOLE = Entry(
        "CS221",
        _E,
        title="A cell does not hold a whole number",
        explanation="The field takes a whole number of 0 or more.",
        example=(
            "Notes!C4 holds “first” below the heading lineNumber. Enactor's clients are not told"
            " the order until the cell holds a number such as 1."
        ),
        cure="write a whole number of 0 or more, such as 1",
    )
    NOT_A_MOMENT = Entry(
        "CS222",
        _E,
        title="A cell does not hold a date and time",
        explanation=(
            "Enactor writes a date with its time and its distance from UTC, as a text; it is"
            " served as it is written."
        ),
        example=(
            "Payments!P3 holds “2026-11-21” below the heading createdDate. Enactor's clients are"
            " not told the order until the cell holds 2026-11-21T09:30:00.000+01:00."
        ),
        cure="format the cell as Text and write it so: 2018-11-26T09:44:51.000+00:00",
    )
    NOT_EMPTY = Entry(
        "CS223",
        _E,
        title="A value stands where an object belongs",
        explanation=(
            "The field is an object whose values have columns of their own. A cell below it says"
            " only that the object is there with nothing in it, as {}, or is blank."
        ),
        example=(
            "Notes!G5 holds 0001 below the heading locationId. Enactor's clients are not told the"
            " order until 0001 stands below locationId.id."
        ),
        cure="write the value in the column of its own, such as userId.id for an id in userId",
    )
    FIELDS_CLASH = Entry(
        "CS224",
        _E,
        title="Two cells of a row cannot both be",
        explanation=(
            "One heading is the beginning of the other, so one cell says what the field is, and"
            " the other puts something else into it."
        ),
        example=(
            "Notes!J2 holds “red” below a heading colour, and Notes!K2 holds “1” below colour.id."
            " Enactor's clients are not told the order until one of the cells is empty."
        ),
        cure="empty one of the two cells",
    )
    DUPLICATE_ORDER = Entry(
        "CS301",
        _E,
        title="An order stands twice",
        explanation=(
            "Two rows of Orders carry the same id in the same business unit. All of them are"
            " withheld, since nobody can tell which one counts."
        ),
        example=(
            "Orders!B3 and Orders!B9 both hold 111. Both are withheld until one is deleted or has"
            " an id of its own."
        ),
        cure="delete one of the rows, or give one its own id",
    )
    UNKNOWN_STATUS = Entry(
        "CS302",
        _W,
        title="A status the till may not know",
        explanation=(
            "It is served as it stands. Hii Retail knows CREATED, IN_PROGRESS, CANCELLED and"
            " FULFILLED."
        ),
        example=(
            "Orders!D5 holds “READY”. The order is served with that status, and the till may not"
            " know what to do with it."
        ),
        cure="choose one of CREATED, IN_PROGRESS, CANCELLED, FULFILLED",
    )
    UNKNOWN_REWARD_TYPE = Entry(
        "CS303",
        _W,
        title="A reward type the till may not know",
        explanation=(
            "It is served as it stands. Hii Retail knows GLOBAL_ABSOLUTE, NET_PRICE,"
            " PRICE_REDUCTION, COMBO_REDUCTION, COMBO, GLOBAL_PERCENTAGE, PERCENTAGE and"
            " COMBO_PERCENTAGE."
        ),
        example=(
            "Discounts!G2 holds “PERCENT”. The discount is served so, and the till may not know"
            " what to do with it."
        ),
        cure="choose one that Hii Retail knows, such as PERCENTAGE or NET_PRICE",
    )
    NO_ITEMS = Entry(
        "CS304",
        _W,
        title="An order has no items",
        explanation="It is served without items.",
        example="Orders!B12 holds 112, and no row of Items does. The till shows an empty order.",
        cure="add its rows to Items, or delete the order",
    )
    INVOICE_TWICE = Entry(
        "CS305",
        _E,
        title="An order has two rows in Invoices",
        explanation="An order is invoiced to one account.",
        example=(
            "Invoices!B2 and Invoices!B5 both hold 111. The order is withheld until one of the"
            " rows is deleted."
        ),
        cure="delete one of the rows",
    )
    UNKNOWN_PAYMENT = Entry(
        "CS306",
        _W,
        title="A kind of payment that Enactor may not know",
        explanation=(
            "It is served as it stands. Enactor knows customerOrderCardPayment and"
            " customerOrderCashPayment."
        ),
        example=(
            "Payments!C4 holds “card”. The payment is served under that name, and Enactor's"
            " clients may not find it there."
        ),
        cure="choose customerOrderCardPayment or customerOrderCashPayment",
    )
    UNKNOWN_ORDER = Entry(
        "CS401",
        _E,
        title="A row belongs to no order",
        explanation="No row of Orders carries this order id, so the row is left out.",
        example=(
            "Items!B14 holds 121, and no row of Orders does. The row is left out, and all orders"
            " are served without it."
        ),
        cure="mend the order id, add the order to Orders, or delete the row",
    )
    ORDER_IN_SEVERAL_UNITS = Entry(
        "CS402",
        _E,
        title="A row may belong to several orders",
        explanation=(
            "The order id stands in several business units and the row does not say which. All"
            " those orders are withheld."
        ),
        example=(
            "Orders has an order 111 in unit 0001 and one in unit 0007, and Items!B6 says only"
            " 111. Both are withheld until the row names its unit."
        ),
        cure="add a Business unit column to this sheet and fill it in",
    )
    INFORMATION_WITHOUT_INVOICE = Entry(
        "CS403",
        _E,
        title="Information without an invoice",
        explanation="The till is told of information only together with the invoice account.",
        example=(
            "Information!B2 holds 111, and no row of Invoices does. The order is withheld until it"
            " has a row there."
        ),
        cure="add the order to Invoices, or delete the row",
    )
    DISCOUNT_WITHOUT_ITEM = Entry(
        "CS404",
        _E,
        title="A discount on an item that the order does not have",
        explanation="No row of Items carries this item for this order.",
        example=(
            "Discounts!C2 holds 5002, and order 111 has no such item. The order is withheld until"
            " the item id is mended."
        ),
        cure="mend the item id, add the item, or delete the row",
    )
    DISCOUNT_ON_SEVERAL_ITEMS = Entry(
        "CS405",
        _E,
        title="A discount on an item that stands on several rows",
        explanation=(
            "The order has the item on more than one row of Items, so nobody can tell which one"
            " the discount is for."
        ),
        example=(
            "Discounts!C2 holds 5001, and order 111 has that item on two rows. The order is"
            " withheld until they are one row."
        ),
        cure="make one row of them in Items",
    )
    HEADER_TWICE = Entry(
        "CS406",
        _E,
        title="An order has two rows on Enactor header",
        explanation="An order has one header, so nobody can tell which one counts.",
        example=(
            "Enactor header has order 111 on rows 2 and 5. Enactor's clients are not told the"
            " order until one of the rows is deleted."
        ),
        cure="delete one of the rows",
    )
    NO_ITEMS_ROW = Entry(
        "CS407",
        _E,
        title="A row of Enactor items adds to a row that Items does not have",
        explanation=(
            "“Items row” counts the order's own rows on Items, from 1; without that column"
            " lineNumber does."
        ),
        example=(
            "Enactor items says “Items row” 3, and order 111 has two rows on Items. Enactor's"
            " clients are not told the order until the number is mended."
        ),
        cure="write which of the order's rows on Items it is, or leave the cell below Items row"
        " empty for an item that stands here only",
    )
    ITEMS_ROW_TWICE = Entry(
        "CS408",
        _E,
        title="Two rows of Enactor items add to one row of Items",
        explanation="Each row of Items is one item, so nobody can tell which of the two counts.",
        example=(
            "Two rows of Enactor items say “Items row” 1 for order 111. Enactor's clients are not"
            " told the order until one of them is mended."
        ),
        cure="mend one of the numbers, or delete one of the rows",
    )
    NO_LINE = Entry(
        "CS409",
        _E,
        title="An adjustment on a line that the order does not have",
        explanation="“Line” is the line number of an item, as Enactor's clients are told it.",
        example=(
            "Adjustments!C2 holds 4, and order 111 has three lines. Enactor's clients are not told"
            " the order until the number is mended."
        ),
        cure="mend the number, or leave the cell empty for an adjustment of the whole order",
    )
    PRODUCT_TWICE = Entry(
        "CS410",
        _E,
        title="A product stands twice",
        explanation=(
            "Products has one row for a product, or one for each order where the order stands"
            " beside it, so nobody can tell which one counts."
        ),
        example=(
            "Products!C2 and Products!C9 both hold 5001. Enactor's clients are told no order with"
            " that product until one of the rows is deleted."
        ),
        cure="delete one of the rows",
    )
    OTHER_CUSTOMER = Entry(
        "CS411",
        _E,
        title="An order has two customers",
        explanation=(
            "Enactor header has another customerNumber than Orders has in Customer, and a customer"
            " is told their own orders only."
        ),
        example=(
            "Order 111 has Customer 10001 in Orders, and customerNumber 10002 on Enactor header."
            " Enactor's clients are not told the order until they are the same."
        ),
        cure="write the same number in both sheets, or leave customerNumber empty: then no"
        " customer is told the order",
    )
    QUANTITY_NOT_WHOLE = Entry(
        "CS412",
        _E,
        title="A quantity that Enactor cannot be told",
        explanation="Enactor counts in whole pieces, and Hii Retail's tills take decimals.",
        example=(
            "Items!D6 holds 1,5, and the order has a row on Enactor header. Enactor's clients are"
            " not told the order, and the tills are."
        ),
        cure="write orderedQty as a whole number on Enactor items, or mend the quantity",
    )
    ITEM_WITHOUT_PRODUCT = Entry(
        "CS413",
        _E,
        title="An item without a product",
        explanation=(
            "A row of Enactor items that adds to no row of Items is an item of its own, and has to"
            " say which product it is."
        ),
        example=(
            "Enactor items has a row with nothing below “Items row” and “productId.id”. Enactor's"
            " clients are not told the order until one of them is filled in."
        ),
        cure="fill in productId.id, or the Items row that it adds to",
    )
    UNIT_WITHOUT_ORDER = Entry(
        "CS414",
        _E,
        title="A product of one business unit, and of no order",
        explanation=(
            "A row of Products without an order is told with every order that has the product, in"
            " all business units; the unit says which order is meant where one stands beside it."
        ),
        example=(
            "Products!A3 holds 0001, and the cell below Customer order is empty. Enactor's clients"
            " are told no order with that product until the row is mended."
        ),
        cure="delete the business unit, or fill in the order",
    )
    OTHER_PRODUCT = Entry(
        "CS415",
        _E,
        title="A row of Enactor items is of another product than Items has",
        explanation=(
            "The row adds to a row of Items, and the two name different products: it may be"
            " another row that is meant, perhaps since Items was sorted."
        ),
        example=(
            "Enactor items says “Items row” 1 and productId.id 5001 for order 111, whose first row"
            " on Items is item 5002. Enactor's clients are not told the order until they agree."
        ),
        cure="mend the number of the row, or the product",
    )
    LINE_TWICE = Entry(
        "CS416",
        _E,
        title="Two items have one line number",
        explanation=(
            "An adjustment, or a client that cancels a line, could mean either. A row of Items"
            " that Enactor items does not name has its place in the order as its number."
        ),
        example=(
            "Enactor items gives the second row of order 111 the lineNumber 1, which the first one"
            " has by itself. Enactor's clients are not told the order until one is changed."
        ),
        cure="write another number, or name all rows of the order on Enactor items",
    )
    ITEMS_ROW_UNSURE = Entry(
        "CS417",
        _E,
        title="A row of Items without an order may shift those below it",
        explanation=(
            "Enactor items counts the rows that an order has on Items. Nobody can tell whose this"
            " row is, so the ones below it may be counted wrongly."
        ),
        example=(
            "Items!B2 shows #N/A, and the rows below it are counted on Enactor items. Enactor's"
            " clients are not told those orders until the cell is mended."
        ),
        cure="mend the order id, or delete the row; or fill in productId.id on Enactor items",
    )
    PRICE_TOO_FINE = Entry(
        "CS418",
        _E,
        title="A price that Enactor cannot be told",
        explanation=(
            "Enactor's amounts are whole öre or pence, and Hii Retail's tills take further"
            " decimals."
        ),
        example=(
            "Items!E6 holds 49,955, and the order has a row on Enactor header. Enactor's clients"
            " are not told the order, and the tills are."
        ),
        cure="write unitPrice in whole öre or pence on Enactor items, or round the price",
    )
    SETTINGS_UNREADABLE = Entry(
        "CS501",
        _E,
        title="The settings file cannot be read",
        explanation="It is not there, is locked, or is not written as TOML.",
        example=(
            "A line of corsheet.toml says port = 80 80. corsheet does not start until the line is"
            " mended."
        ),
        cure="mend the file; `corsheet init` writes a fresh one to compare with",
    )
    UNKNOWN_SETTING = Entry(
        "CS502",
        _E,
        title="A setting that corsheet does not know",
        explanation="A misspelt setting would be ignored without a word, so it is refused.",
        example=(
            "corsheet.toml says workbok in place of workbook. corsheet does not start until the"
            " name is mended."
        ),
        cure="mend the name, or delete the line; the file that `corsheet init` writes has them all",
    )
    WRONG_SETTING = Entry(
        "CS503",
        _E,
        title="A setting has a wrong value",
        explanation="The value is of another kind than the setting takes, or out of its range.",
        example=(
            'server.port is "http" in corsheet.toml, and it takes a whole number. corsheet does'
            " not start until it has one."
        ),
        cure="write a value as the file that `corsheet init` writes shows",
    )
    SETTING_MISSING = Entry(
        "CS504",
        _E,
        title="A setting is missing",
        explanation="corsheet cannot serve without it.",
        example=(
            "corsheet.toml names nobody who may ask for orders. corsheet does not start until it"
            " has an [[auth.basic]] table."
        ),
        cure="add it to corsheet.toml, as in the file that `corsheet init` writes",
    )
    SETTINGS_CONTRADICT = Entry(
        "CS505",
        _E,
        title="Two settings contradict each other",
        explanation="Either would be fine; both together are not.",
        example=(
            "corsheet.toml has a user with a password, and allow_anonymous lets everybody in"
            " without one. corsheet does not start until one of them is gone."
        ),
        cure="change one of them",
    )

    @property
    def id(self) -> str:
        """The stable code, such as ``CS203``."""
        return self.value.id

    @property
    def severity(self) -> Severity:
        """How grave every finding of this kind is."""
        return self.value.severity
