"""The catalogue of faults: each with its code, what it means and what to do.

Codes are stable: other programs and docs/findings.md name them. CS0xx file,
CS1xx sheets and headings, CS2xx cells, CS3xx rows and orders, CS4xx between
sheets, CS5xx settings.
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

    Attributes:
        id: Stable code, such as ``CS203``.
        severity: Of every finding of this kind.
        title: A few words, the heading in docs/findings.md.
        explanation: Why corsheet minds, in the manager's words.
        cure: What to do; the hint of a finding that has no better one.
        example: What the manager may see, where, and what comes of it.
    """

    id: str
    severity: Severity
    title: str
    explanation: str
    cure: str
    example: str = ""


_E, _W = Severity.ERROR, Severity.WARNING


class Code(Enum):
    """The catalogue."""

    FILE_MISSING = Entry(
        "CS001",
        _E,
        "The workbook is not there",
        "No file stands at the path that corsheet was given.",
        "put the workbook back, or mend the path",
    )
    FILE_UNREADABLE = Entry(
        "CS002",
        _E,
        "The workbook cannot be opened",
        "The computer refused to read the file: another program has locked it, or rights are"
        " missing.",
        "close the program that holds the file, or give corsheet the right to read it",
    )
    FILE_EMPTY = Entry(
        "CS003",
        _E,
        "The file is empty",
        "The file holds no bytes at all, as one does whose saving was cut off.",
        "open the workbook in Excel or LibreOffice and save it again",
    )
    NOT_A_WORKBOOK = Entry(
        "CS004",
        _E,
        "The file is not an Excel workbook",
        "Whatever its name says, the file does not hold an .xlsx or .xlsm workbook.",
        "open it in Excel or LibreOffice and save it as “Excel Workbook (.xlsx)”",
    )
    PASSWORD = Entry(
        "CS005",
        _E,
        "The workbook has a password",
        "A password to open it makes the whole file unreadable to every other program.",
        "save it without a password: File, Info, Protect Workbook, Encrypt with Password, and"
        " empty the field",
    )
    DAMAGED = Entry(
        "CS006",
        _E,
        "The workbook is damaged",
        "The file starts like a workbook, but a part of it is missing or changed. A save that"
        " was cut off, or that is not finished yet, looks like this.",
        "open it in Excel or LibreOffice, let it repair the file, and save it again",
    )
    LIMIT = Entry(
        "CS007",
        _E,
        "The workbook is larger than allowed",
        "A limit protects the till from a workbook that would take all the memory or time.",
        "delete what is not needed, or raise the limit in corsheet.toml",
    )
    FORBIDDEN_CONTENT = Entry(
        "CS008",
        _E,
        "The workbook holds something no workbook needs",
        "Such parts are used to attack programs that read workbooks, never by Excel.",
        "open it in Excel or LibreOffice and save it as a new file",
    )
    STRICT_FORMAT = Entry(
        "CS009",
        _E,
        "The workbook is saved as “Strict Open XML”",
        "Excel offers two kinds of .xlsx; corsheet reads the usual one.",
        "in Excel choose Save As, “Excel Workbook (.xlsx)”, without “Strict”",
    )
    OLD_WORKBOOK = Entry(
        "CS010",
        _E,
        "The workbook is of the old .xls kind",
        "Excel wrote this kind until 2003. How its numbers are shown is kept in another way, so"
        " ids could lose their zeros; corsheet reads it not at all rather than nearly right.",
        "open it in Excel or LibreOffice and save it as “Excel Workbook (.xlsx)”",
    )
    OPEN_DOCUMENT = Entry(
        "CS011",
        _E,
        "The workbook is an OpenDocument file (.ods)",
        "LibreOffice's own kind. How its numbers are shown is kept in another way, so ids could"
        " lose their zeros; corsheet reads it not at all rather than nearly right.",
        "open it in LibreOffice and save it as “Excel 2007-365 (.xlsx)”",
    )
    BINARY_WORKBOOK = Entry(
        "CS012",
        _E,
        "The workbook is of the binary kind (.xlsb)",
        "Excel's binary kind is kept in another way; corsheet reads the usual one.",
        "open it in Excel and save it as “Excel Workbook (.xlsx)”",
    )
    TEXT_FILE = Entry(
        "CS013",
        _E,
        "The file is a text file",
        "A text file (.csv, .txt, a web page) knows neither sheets nor how an id is shown. A new"
        " name does not make a workbook of it.",
        "open it in Excel or LibreOffice, with the id columns as Text, and save it as “Excel"
        " Workbook (.xlsx)”",
    )
    OTHER_ARCHIVE = Entry(
        "CS014",
        _E,
        "The file is an archive of something else",
        "A workbook is a zip archive with certain parts in it, and this one has others: a"
        " document, a presentation, or a folder that was packed.",
        "put the workbook itself there, saved as “Excel Workbook (.xlsx)”",
    )
    SHEET_MISSING = Entry(
        "CS101",
        _E,
        "A sheet is missing",
        "The sheets Orders and Items must be there. The whole workbook is refused, and the last"
        " good orders stay in service.",
        "name the sheet as docs/workbook.md says",
    )
    SHEET_TWICE = Entry(
        "CS102",
        _E,
        "A sheet stands twice",
        "Two sheets carry names that mean the same, so nobody can tell which one counts.",
        "rename or delete one of them",
    )
    COLUMN_MISSING = Entry(
        "CS103",
        _E,
        "A column is missing",
        "A heading that the sheet must have was not found. The whole workbook is refused, and"
        " the last good orders stay in service.",
        "write the heading in the heading row",
    )
    COLUMN_TWICE = Entry(
        "CS104",
        _E,
        "A column stands twice",
        "Two headings mean the same column, so nobody can tell which one counts.",
        "rename or delete one of them",
    )
    SHEET_NEAR_MISS = Entry(
        "CS105",
        _W,
        "A sheet's name is nearly one that corsheet reads",
        "The sheet is left alone as it is; perhaps its name is misspelt.",
        "rename the sheet if it is meant to be read",
    )
    HEADING_NEAR_MISS = Entry(
        "CS106",
        _W,
        "A heading is nearly one that corsheet reads",
        "The column is left alone as it is; perhaps its heading is misspelt.",
        "rename the heading if the column is meant to be read",
    )
    HIDDEN_ROWS = Entry(
        "CS107",
        _W,
        "Hidden rows are served",
        "A row that is hidden or filtered away is served like any other.",
        "show the rows and look at them; delete the rows that are not orders",
    )
    HIDDEN_COLUMN = Entry(
        "CS108",
        _W,
        "A hidden column is served",
        "A column that is hidden is read like any other.",
        "show the column and look at it; rename its heading if it is not meant to be read",
    )
    HIDDEN_SHEET = Entry(
        "CS109",
        _W,
        "A hidden sheet is served",
        "A sheet that is hidden is read like any other.",
        "show the sheet and look at it; rename it if it is not meant to be read",
    )
    TWO_TABLES = Entry(
        "CS110",
        _E,
        "Two tables stand on one sheet",
        "A second heading row stands below the first, so nobody can tell what belongs to which."
        " The whole workbook is refused, and the last good orders stay in service.",
        "move the second table to a sheet of its own, or delete its heading row and the rows"
        " between",
    )
    VALUE_MISSING = Entry(
        "CS201",
        _E,
        "A cell is empty that must be filled",
        "The till needs this value to show the order.",
        "fill in the cell, or delete the whole row",
    )
    NOT_AN_ID = Entry(
        "CS202",
        _E,
        "A cell does not hold an id",
        "An id is text, or a whole number. A number is served as it is shown, and how this one"
        " is shown cannot be told for sure.",
        "format the cell as Text and type the id again",
    )
    NOT_A_NUMBER = Entry(
        "CS203",
        _E,
        "A cell does not hold a number",
        "An amount or a quantity is written with digits.",
        "write the number with digits, such as 2 or 1234,50",
    )
    AMBIGUOUS_NUMBER = Entry(
        "CS204",
        _E,
        "A number can be read in two ways",
        "1,234 is one thousand two hundred and thirty-four to one reader and a little more than"
        " one to another, so corsheet refuses to guess.",
        "write it without a separator between the thousands, such as 1234 or 1234,50",
    )
    NEGATIVE_AMOUNT = Entry(
        "CS205",
        _E,
        "An amount is below zero",
        "The contract with the till knows no negative amounts.",
        "write an amount of 0 or more",
    )
    NOT_POSITIVE = Entry(
        "CS206",
        _E,
        "A quantity is not above zero",
        "An item that nobody ordered cannot be sold.",
        "write how many were ordered, or delete the row",
    )
    NOT_YES_OR_NO = Entry(
        "CS207",
        _E,
        "A cell holds neither yes nor no",
        "The cell takes yes or no, and nothing between.",
        "write yes or no, or leave the cell empty",
    )
    ERROR_VALUE = Entry(
        "CS208",
        _E,
        "A formula gives an error",
        "The cell shows an error such as #N/A in place of a value.",
        "mend the formula, or type the value",
    )
    NOT_CALCULATED = Entry(
        "CS209",
        _E,
        "A formula has no result yet",
        "A program wrote the formula and nothing has calculated it: the file holds no value.",
        "open the workbook in Excel or LibreOffice and save it",
    )
    MERGED = Entry(
        "CS210",
        _E,
        "Cells are merged",
        "A merged cell stands in several rows or columns at once, so nobody can tell whose value"
        " it is.",
        "unmerge the cells and fill in each one",
    )
    DATE = Entry(
        "CS211",
        _E,
        "A date stands where none belongs",
        "Excel turned what was typed into a date; what was typed is lost.",
        "format the cell as Text (an id) or Number (an amount) and type the value again",
    )
    TOO_MANY_DIGITS = Entry(
        "CS212",
        _E,
        "A number has more digits than Excel keeps",
        "Excel keeps 15 digits of a number and makes the rest zeros, so the id in the cell is"
        " not the one that was typed.",
        "format the cell as Text and type the id again",
    )
    HIDDEN_CHARACTERS = Entry(
        "CS213",
        _E,
        "A cell holds characters that cannot be seen",
        "A line break, a tab or an invisible character inside an id makes it another id.",
        "type the value again, do not paste it",
    )
    TRIMMED = Entry(
        "CS214",
        _W,
        "Spaces were taken off",
        "The value is served without the spaces around it, and with plain spaces inside.",
        "take the spaces off in the cell",
    )
    MANY_DECIMALS = Entry(
        "CS215",
        _W,
        "An amount has more than two decimals",
        "It is served as it stands; a till counts in hundredths.",
        "round the amount, or the formula, to two decimals",
    )
    NUMBER_TOO_LARGE = Entry(
        "CS216",
        _E,
        "A number is too large or too long",
        "Above ten million million, or beyond 15 digits, Excel no longer keeps a number exactly.",
        "look at the number; something was typed twice",
    )
    NOT_TEXT = Entry(
        "CS217",
        _E,
        "A cell holds something other than text",
        "The cell takes text or a whole number.",
        "format the cell as Text and type the value again",
    )
    SHOWN_DIFFERENTLY = Entry(
        "CS218",
        _E,
        "An amount is shown as something else",
        "The cell shows a percentage, a time or a fraction, so what is seen is not the number"
        " that is stored.",
        "format the cell as Number",
    )
    DUPLICATE_ORDER = Entry(
        "CS301",
        _E,
        "An order stands twice",
        "Two rows of Orders carry the same id in the same business unit. All of them are"
        " withheld, since nobody can tell which one counts.",
        "delete one of the rows, or give one its own id",
    )
    UNKNOWN_STATUS = Entry(
        "CS302",
        _W,
        "A status the till may not know",
        "It is served as it stands. Hii Retail knows CREATED, IN_PROGRESS, CANCELLED and"
        " FULFILLED.",
        "choose one of CREATED, IN_PROGRESS, CANCELLED, FULFILLED",
    )
    UNKNOWN_REWARD_TYPE = Entry(
        "CS303",
        _W,
        "A reward type the till may not know",
        "It is served as it stands.",
        "choose a reward type from the list in docs/workbook.md",
    )
    NO_ITEMS = Entry(
        "CS304",
        _W,
        "An order has no items",
        "It is served with an empty list of items.",
        "add its rows to Items, or delete the order",
    )
    INVOICE_TWICE = Entry(
        "CS305",
        _E,
        "An order has two rows in Invoices",
        "An order is invoiced to one account.",
        "delete one of the rows",
    )
    UNKNOWN_ORDER = Entry(
        "CS401",
        _E,
        "A row belongs to no order",
        "No row of Orders carries this order id, so the row is left out.",
        "mend the order id, add the order to Orders, or delete the row",
    )
    ORDER_IN_SEVERAL_UNITS = Entry(
        "CS402",
        _E,
        "A row may belong to several orders",
        "The order id stands in several business units and the row does not say which. All"
        " those orders are withheld.",
        "add a Business unit column to this sheet and fill it in",
    )
    INFORMATION_WITHOUT_INVOICE = Entry(
        "CS403",
        _E,
        "Information without an invoice",
        "The till is told of information only together with the invoice account.",
        "add the order to Invoices, or delete the row",
    )
    DISCOUNT_WITHOUT_ITEM = Entry(
        "CS404",
        _E,
        "A discount on an item that the order does not have",
        "No row of Items carries this item for this order.",
        "mend the item id, add the item, or delete the row",
    )
    DISCOUNT_ON_SEVERAL_ITEMS = Entry(
        "CS405",
        _E,
        "A discount on an item that stands on several rows",
        "The order has the item on more than one row of Items, so nobody can tell which one the"
        " discount is for.",
        "make one row of them in Items",
    )
    SETTINGS_UNREADABLE = Entry(
        "CS501",
        _E,
        "The settings file cannot be read",
        "It is not there, is locked, or is not written as TOML.",
        "mend the file; `corsheet init` writes a fresh one to compare with",
    )
    UNKNOWN_SETTING = Entry(
        "CS502",
        _E,
        "A setting that corsheet does not know",
        "A misspelt setting would be ignored without a word, so it is refused.",
        "mend the name, or delete the line; docs/configuration.md lists them all",
    )
    WRONG_SETTING = Entry(
        "CS503",
        _E,
        "A setting has a wrong value",
        "The value is of another kind than the setting takes, or out of its range.",
        "write a value as docs/configuration.md says",
    )
    SETTING_MISSING = Entry(
        "CS504",
        _E,
        "A setting is missing",
        "corsheet cannot serve without it.",
        "add it to corsheet.toml; docs/configuration.md shows how",
    )
    SETTINGS_CONTRADICT = Entry(
        "CS505",
        _E,
        "Two settings contradict each other",
        "Either would be fine; both together are not.",
        "change one of them",
    )

    @property
    def id(self) -> str:
        """The stable code, such as ``CS203``."""
        return self.value.id

    @property
    def severity(self) -> Severity:
        """How grave every finding of this kind is."""
        return self.value.severity
