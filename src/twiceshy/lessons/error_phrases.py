"""Phrases of error messages: wordings that tools of every kind use, none of a single tool.

Each row is a kind and a pattern for one line, in which the call's own values, quoted names, paths and numbers were
masked before; see ``lessons.error_categories``. Within a line the first row that matches decides, so the order is from
phrases that can hardly be mistaken to vague ones.
"""

import re
from typing import NamedTuple

INCORRECT, FORMAT = "INCORRECT_PARAMETER", "PARAMETER_FORMAT"
PREREQUISITE, SEQUENCE = "MISSING_PREREQUISITE", "WORKFLOW_SEQUENCE"
WRONG_TOOL, MISSING = "WRONG_TOOL_SELECTION", "MISSING_PARAMETER"
INFRASTRUCTURE, CODE, NOTHING = "INFRASTRUCTURE", "CODE", "NOTHING"
ABSENT = "ABSENT"
"""Something is not there: wrong value or missing preparation, which the call's input decides."""

_INPUT = r"(?:options?|flags?|switch|predicate|arguments?|args?|parameters?|propert(?:y|ies)|field|keyword)"
_COMMAND = r"(?:command|subcommand|operation|tool|method|skill|action|cmdlet|verb)"
_PROJECT = (
    r"(?:repositor(?:y|ies)|repo|working (?:copy|tree|directory)|workspace|project|app directory|module|"
    r"(?:virtual )?environment|lockfile|manifest|config(?:uration)?(?: files?)?|makefile|justfile|sdk|pom|solution)"
)


_ABSENT_THINGS = (
    "user|choice|group|host|device|reference to|revision|version: unknown|alias|credential|branch|object|path|container"
)
"""What is invalid because it is not there."""
_MALFORMED_THINGS = (
    "value|number|count|date|mode|time|interval|format|numeric|json|yaml|literal|id|ids|uuid|url|uri|name|tag|"
    r"reference format|input|requirement|regex\w*|pattern|character|suffix|type|length|range|depth|patch|query|"
    "duration|identifier|arguments|argument"
)
"""What is invalid because it is written wrongly."""
_FIND = "find|found|open|locate|access|stat|resolve|load|match|read|build|guess|spawn|change|create"
_DONE_STATES = (
    "exists?|in use|running|defined|installed|registered|been|is|done|checked|used|applied|stopped|open|closed|merged"
)
_READY_STATES = (
    "initiali[sz]ed|installed|configured|linked|set|trusted|read|defined in the environment|built|loaded|enabled"
)
_BEGIN_VERBS = "read|install|create|open|navigate|initiali[sz]e|configure|start|select|connect|activate"
_SIZES = (
    "an? |in |of |at (?:least|most) |between |lower ?case|upper ?case|positive|process|<n>|greater|less|smaller|unique|"
    "the "
)
_TYPES = "string|number|integer|array|object|boolean"
_UNFIT_STATES = "owned|allowed|supported|permitted|available|recogni[sz]ed|one of|a member|a \\w+file|a zipfile"


class Phrase(NamedTuple):
    """Wordings that mean the same kind of error."""

    kind: str
    pattern: re.Pattern[str]
    weight: float
    """Share of right ones among the labels it was made with, at most .95; see ``benchmarks/usage.py``."""


def _make_phrase(kind: str, weight: float, *patterns: str) -> Phrase:
    """Compile several wordings that mean the same into one phrase."""
    return Phrase(kind, re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE), weight)


CALL: tuple[Phrase, ...] = (
    _make_phrase(
        FORMAT,
        0.9,
        rf"invalid {_INPUT} <\w+> for\b.*(?:pars|syntax|format|must|expected)",
        r"\binvalid (?:floating point|integer|numeric|numeral) argument",
        r"\b(?:invalid|unexpected) argument for <v>: ",
    ),
    _make_phrase(
        WRONG_TOOL,
        0.9,
        rf"\b(?:unknown|unrecogni[sz]ed|undefined|invalid|no such|unsupported) {_COMMAND}\b",
        rf"\bis not an? (?:[\w-]+ |<v> |<\w+> )?{_COMMAND}\b",
        rf"\b{_COMMAND} (?:<\w+> |\S+ )?(?:is )?not (?:found|defined)\b",
        r"\bhas no command\b",
        r"command not found",
        r"\bnot recognized as (?:an? |the )",
        r"<\w+>: unknown command",
        r"executable file not found",
        r"\bspecified command or file was not found",
        r"\btype .{0,40} for a list\b",
        r"\bobject <\w+> is unknown",
        r"externally[- ]managed",
        r"^\S+: \d*:? ?\S+: not found$",
    ),
    _make_phrase(
        INCORRECT,
        0.9,
        rf"\b(?:un(?:known|recogni[sz]ed|expected|supported)|invalid|illegal|bad|no such) (?:[\w-]+ ){{0,3}}{_INPUT}\b",
        rf"\b{_INPUT} \S+?:? (?:is )?(?:unknown|unrecogni[sz]ed|not (?:recogni[sz]ed|supported|defined|allowed))\b",
        r"\bnot defined: -",
        r"\bwas unexpected\b",
        r"\bunrecogni[sz]ed (?:cli )?\w+:?$",
    ),
    _make_phrase(
        MISSING,
        0.9,
        r"\b(?:is|are) required\b(?! to (?:run|use|execute))",
        rf"\brequired (?:[\w-]+ ){{0,2}}{_INPUT}\b",
        r"\brequires? (?:an? |at least |exactly |one |\d+ |<n> )?(?:argument|parameter|value|operand)",
        rf"\bmissing (?:[\w-]+ ){{0,4}}(?:operand|value|{_INPUT})\b",
        r"\bmust (?:be )?(?:either )?(?:specif(?:y|ied)|provided?|given?|supply|supplied|have)\b",
        r"\bno (?:input files?|arguments?|files? (?:given|specified)|expression|content)\b",
        r"\bmust be given\b",
        r"\bshould be (?:specified|given|provided)\b",
        r"\b(?:too few|not enough|wrong number of) arguments\b",
        r"\baccepts (?:at|between|exactly|<n>)",
        r"\bnot specified\b",
        r"received\W+undefined\b",
        r"\brequired property\b",
        r"\bno value for required\b",
        r"\bmust specify\b",
        r"\bmissing required\b",
        r"\bnothing to do\b",
        r"\bneeds? (?:an?|at least) .{0,20}argument",
        r"^usage:",
        r"^\s*(?:\S+: )?(?:error: )?usage: ",
        r"^try <?\w+>? ?--help",
        r"\buse (?:the )?(?:offset|limit)\b",
        r"\breplace_all is false",
    ),
)
"""How a call's own words were refused, before anything was done."""

CODE_AT_FAULT = re.compile(
    r"""^(?:
      ---[ ]FAIL:|FAIL(?:ED)?(?:[ \t]+\S*[/.:]\S*|[ ]*$)|(?:FAIL|ERROR):[ ]test|Failed![ ]+-|not[ ]ok[ ]\d
      |\(fail\)[ ]|[\u25cf\u2715\u2717\u00d7\u2716][ ]\S|test[ ]\S+[ ]\.\.\.[ ]FAILED
      |(?:\[\w[\w:.-]*\][ ])?\S{0,250}\.\w{1,6}[:(]\d+(?:[:,]\d+)?\)?:?[ ](?:-[ ])?(?!.*no[ ]such[ ]file)\S
      |error\[E\d+\]|.{0,200}\berror[ ]TS(?!5\d{3}|6\d{3}|18003)\d+|panic:|thread[ ]'.*panicked
      |Traceback[ ]\(most|(?:E[ ]+)?(?:\w+\.)*(?!ModuleNotFound|Import|FileNotFound|NoModule)
        [A-Z]\w*(?:Error|Exception)\b(?!:[ ]\[Errno|.*(?:ENOENT|EACCES|\bMCP\b))
      |Tests?(?:[ ]run)?:[ ].*(?:[1-9]\d*[ ]failed|(?:Failures|Errors):[ ][1-9])
      |.*\b[1-9]\d*[ ](?:tests?[ ])?failed(?=[,;.)]|[ ](?:in|\(|\|)|[ ]*$)
      |.*\b(?:Found|found)[ ]\d+[ ](?:errors?|problems?|warnings?|issues?)\b|.*\b\d+[ ]problems?[ ]\(
      |\d+[ ](?:examples?|specs?|tests?|assertions?),[ ](?:\d+[ ]\w+,[ ])*[1-9]\d*[ ](?:failures?|errors?)\b
      |(?:Docker|Make|Jenkins)file\S{0,40}:\d+:?[ ]
      |.*(?:failed[ ]to[ ]resolve[ ]import|Module[ ]not[ ]found:[ ]Error|Module[ ]parse[ ]failed)
      |.*(?:would[ ]reformat|[Cc]ode[ ]style[ ]issues|BUILD[ ]FAILURE
        |formatter[ ]would|File[ ]is[ ]not[ ](?:properly[ ])?formatted)
      |.*\berror:[ ]script[ ]".*exited|.*\bimport[ ]cycle|\s*\d+:\d+\s+(?:error|warning)\s
      |\S+:\d+:\s+(?:error|fatal)|SyntaxError|IndentationError|\#[ ][\w./-]+$
    )""",
    re.VERBOSE,
)
"""Lines by which compilers, linters, tests and interpreters say that the code is wrong. On the text as it is."""

OUTSIDE: tuple[Phrase, ...] = (
    _make_phrase(
        INFRASTRUCTURE,
        0.9,
        r"\btim(?:ed|e) ?-?out\b(?! value)",
        r"\btimeout (?:exceeded|expired|error|of)\b",
        r"\b(?:handshake|i/o|gateway) timeout\b",
        r"\b(?:deadline exceeded|etimedout|econn\w+|enotfound|ehostunreach|enospc|enomem|eai_again)\b",
        r"\bconnection (?:refused|reset|aborted|closed|broken|timed|error)",
        r"\bfailed to connect\b",
        r"\bcannot connect\b",
        r"\b(?:unable|could not|couldn't|error|failed) (?:to )?connect(?:ing)?\b",
        r"\b(?:could not|couldn't|failed to|unable to) resolve host\w*",
        r"name resolution",
        r"\bnetwork (?:error|is|request)\b",
        r"spurious network",
        r"\bno route to host\b",
        r"\bno such host\b",
        r"\bdial tcp\b",
        r"\bunreachable\b",
        r"\bhost is down\b",
        r"\bis the .{1,40} running\b",
        r"\bnot been booted\b",
        r"\bpanic: runtime",
        r"\b(?:http(?:/[\d.]+)?|status(?: code)?|error(?: code)?|code)[ :=(]+(?:40[137]|429|5\d\d)\b",
        r"\(HTTP (?:40[137]|429|5\d\d)\)",
        r"\b(?:401|403|407) (?:unauthori[sz]ed|forbidden|proxy)",
        r"\b50[0234] (?:internal|bad gateway|service|gateway)",
        r"\bunauthori[sz]ed\b",
        r"\bforbidden\b",
        r"\bauthentication (?:required|failed)",
        r"\bnot (?:authenticated|authori[sz]ed|logged in)\b",
        r"\b(?:bad|invalid|expired|no valid|missing) credentials?\b",
        r"\blocate credentials\b",
        r"\bcredentials? (?:sources?|not|expired|have)\b",
        r"\b(?:token|session|certificate|auth\w*|login)\b.{0,30}\b(?:expired|invalid|revoked|refresh)",
        r"\binvalid[_ ](?:auth|token|grant)\b",
        r"\bexpired ?token\b",
        r"\b(?:please |to setup account|get started).{0,30}\b(?:log ?in|sign in)\b",
        r"\brun:? .{0,20}\b(?:auth )?login\b",
        r"\bnot logged\b",
        r"\baccess ?denied\b",
        r"\bpermission ?denied\b",
        r"\beacces\b",
        r"\beperm\b",
        r"\boperation not permitted\b",
        r"\bnot authori[sz]ed\b",
        r"\brate limit",
        r"\btoo ?many ?requests\b",
        r"\bquota\b",
        r"\bthrottl",
        r"\bthread limit\b",
        r"\bno space left\b",
        r"\bdisk (?:is )?full\b",
        r"\bdisk quota\b",
        r"\bout of memory\b",
        r"\bcannot allocate memory\b",
        r"\bkilled\b",
        r"\bsegmentation fault\b",
        r"\bcore dumped\b",
        r"\boom\b",
        r"\binternal (?:server )?error\b",
        r"\bservice unavailable\b",
        r"\bserver error\b",
        r"\btemporar(?:y|ily) (?:failure|unavailable)",
        r"\bssl\b.*(?:error|failed|verify)",
        r"\bcertificate (?:verify|has)",
        r"\btls\b.*(?:error|failed|timeout)",
        r"\bread-only file system\b",
        r"\bposix_spawn\b",
        r"\bsandbox\b.*\bdenied\b",
        r"\bspawn failed\b",
    ),
)
"""What is no fault of the call: network, rights, limits, the machine."""

STATE: tuple[Phrase, ...] = (
    _make_phrase(WRONG_TOOL, 0.8, r"\buse (?:the )?\S+ (?:tool |command )?instead\b"),
    _make_phrase(
        SEQUENCE,
        0.85,
        rf"\balready (?:{_DONE_STATES})\b",
        r"\b(?:a|an|the) .{0,60}\balready\b",
        r"\bfile exists\b",
        r"\bexists already\b",
        r"\balreadyexists\b",
        r"\bduplicate (?:session|name|key|container)\b",
        r"\bnot empty\b",
        r"\bstill (?:in use|running|open|referenced)\b",
        r"\bis (?:still |currently )?(?:running|in use|locked|busy)\b(?! on)",
        r"\b(?:in progress|state lock|address already|port is|text file busy)\b",
        r"\banother (?:\w+ )?(?:operation|process|instance)\b",
        r"\banother .{0,40}\bin progress",
        r"\b(?:modified|changed)\b.{0,20}\bsince\b",
        r"\bunexpectedly modified\b",
        r"\bout of (?:date|sync)\b",
        r"\bnot up[- ]to[- ]date\b",
        r"\b(?:stale|outdated|diverged)\b",
        r"\bnon-fast-forward\b",
        r"\[(?:remote )?rejected\]",
        r"\bfailed to push\b",
        r"\bnew remote heads?\b",
        r"\bfetch first\b",
        r"\bwould (?:be overwritten|have been modified)\b",
        r"\buncommitted\b",
        r"\bunstaged\b",
        r"\blocal changes\b",
        r"\bcommit your changes\b",
        r"\bplease .{0,20}\bstash\b",
        r"\bconflicts?\b(?! resolution)",
        r"\bmultiple head\b",
        r"\bno upstream\b",
        r"\bno configured push destination\b",
        r"\bupdates to .{0,40}\bneeded\b",
        r"\bneeded; to update\b",
        r"\bregenerat",
        r"\bsignificantly since\b",
        r"\bmissing go\.sum\b",
        r"\b(?:first|must be|need to be) (?:pushed?|committed|stopp?e?d?|closed?|merged?|finish(?:ed)?|deployed)\b",
        r"\bpush it first\b",
        r"\bmust first push\b",
        r"\bnot on (?:the )?remote\b",
        r"\bnot pushed\b",
        r"\b(?:cannot|can't|unable to) .{0,60}\b(?:while|until|because)\b",
        r"\bcannot re-?use\b",
        r"\bcannot overwrite\b",
        r"\bnew snapshot\b",
        r"\bnothing to commit\b",
        r"\bno changes (?:added|to make|made)\b",
        r"\bidentical content\b",
        r"\bhas been (?:closed|merged|deleted)\b",
        r"\b(?:must|should|needs? to) (?:be )?(?:call|called|run|happen|come|execut\w+) (?:\S+ )?(?:before|after)\b",
        r"\bbefore (?:calling|creating|merging)\b",
    ),
    _make_phrase(
        PREREQUISITE,
        0.85,
        rf"\bnot (?:an?|in an?|inside an?|within an?|currently in an?) .{{0,40}}\b{_PROJECT}",
        r"\b(?:has|have) not (?:yet )?been (?:read|initiali[sz]ed|set|configured|installed|loaded|built|created)\b",
        rf"\b(?:is|are|was|were)(?: not|n't) (?:yet |currently )?(?:{_READY_STATES})\b",
        r"\bnot (?:yet )?(?:initiali[sz]ed|installed|configured|trusted)\b",
        r"\bno module named\b",
        r"\bmodulenotfounderror\b",
        r"\bin @inc\b",
        rf"\bno .{{0,40}}\b{_PROJECT}\b.{{0,30}}\b(?:found|provided|present|exists?|detected|absent)\b",
        rf"^.{{0,12}}no {_PROJECT}\b",
        rf"\b(?:could not|couldn't|can't|cannot|unable to|did not) (?:find|locate) an? .{{0,30}}\b{_PROJECT}\b",
        rf"\bdoes not contain an? .{{0,30}}\b{_PROJECT}\b",
        rf"\b(?:requires|specify) a {_PROJECT}",
        r"\benvironment variable\b.{0,40}\b(?:not (?:found|set)|missing|undefined|required)\b",
        r"\byou (?:may |must |will )?(?:need|have) to (?:install|create|set|run|build|download)\b",
        r"\bmust (?:first )?(?:read|install|initiali[sz]e|create|open|configure)\b",
        rf"\b(?:{_BEGIN_VERBS})\b.{{0,40}}\bfirst\b",
        r"\bplease (?:run|install|tell me|create|set)\b",
        r"\brun .{0,40}\b(?:init|install|setup|bootstrap|migrate|link|trust|restore)\b",
        r"\breinitiali[sz]ation required\b",
        r"\b(?:are|is) pending\b",
        r"\b(?:no|any) \S+ (?:is )?running on\b",
        r"\bno open \w+\b",
        r"\bno .{0,20}\b(?:session|browser|connection|terminal) (?:is )?(?:open|active|running)\b",
        r"\bonly supported from within\b",
        r"\bmust be run (?:in|from|inside)\b",
        r"\brequires? .{0,60}\bto be (?:present|installed|set|configured)\b",
        r"\brequires a project\b",
        r"\bnot be(?:en)? (?:found|available) in locally\b",
        r"\bmust install or\b",
        r"\bno version is set\b",
        r"\b(?:did|have) you run\b",
        r"\bprogram not found\b",
        r"\bnot found\b.{0,60}\binstall\b",
    ),
)
"""The call's words may be right, and the state that it meets is not."""

VALUE: tuple[Phrase, ...] = (
    _make_phrase(
        FORMAT,
        0.9,
        r"\bsyntax error\b",
        r"\bparse error\b",
        r"\b(?:failed|could not|unable|cannot|error) (?:to )?pars(?:e|ing)\b",
        r"\berror in your \S+ syntax\b",
        r"\bunexpected (?:token|end|eof|character|identifier|string|number|indent|<s>|[`'\",(\[{])",
        r"\bunexpected <\w+>",
        r"\b(?:unterminated|unmatched|unclosed|unbalanced|malformed|misformatted|bad (?:substitution|minute|format))\b",
        r"\bmissing (?:closing|terminating|[}\])])",
        r"\bdid not find expected\b",
        r"\bmapping values are not allowed\b",
        r"\bcan't find the (?:end|delimiter)\b",
        r"\bbad interpreter\b",
        r"\bnot a valid\b",
        r"\bnot an? (?:integer|number|absolute path|uuid|json|positive|boolean)\b",
        rf"\bmust be (?:{_SIZES})",
        r"\bmust (?:start|begin|end|match|contain|consist|not contain|not be)\b",
        r"\bshould (?:start|begin|end|match|be)\b",
        r"\bhas to be an?\b",
        rf"\bexpected (?:an? |end |one of|<\w+>|positive|{_TYPES}|.{{0,30}}\b(?:but )?(?:got|found|received)\b)",
        r"expected\W+(?:string|number|integer|array|object|boolean)",
        r"\bwrong type\b",
        r"\binvalid_type\b",
        r"\bnon-uuid\b",
        r"\bwrong format\b",
        r"\binvalid format\b",
        r"\btoo (?:long|short|many X|few X)\b",
        r"\bout of range\b",
        r"\bexceeds (?:the )?(?:maximum|limit)\b",
        r"\bno such comparison operator\b",
        r"\bambiguous (?:date|option)\b",
        rf"\binvalid (?!{_ABSENT_THINGS})(?:[\w-]+ ){{0,4}}?(?:{_MALFORMED_THINGS}|`?<\w+>)",
        r"\bmanifest unknown\b",
        r"\bnot in the (?:correct|right) format\b",
        r"\bpattern .{0,30}\bexpected\b",
        r"\bfull (?:40|sha)\b",
        r"\billegal (?:byte|character|time)\b",
        r"\bno matches found: ",
        r"\bsyntax\b.{0,10}\b(?:error|invalid)\b",
        r"\bnear <\w+>",
        r"\bmatches of the string\b",
        r"\bfirst line of the\b",
    ),
    _make_phrase(
        INCORRECT,
        0.8,
        r"\b(?:is|are) a directory\b",
        r"\beisdir\b",
        r"\bnot a directory\b",
        r"\billegal operation on a directory\b",
        r"\bomitting directory\b",
        r"\bignored by\b",
        rf"\bnot (?:{_UNFIT_STATES})\b",
        r"\bunknown suffix\b",
        r"\bunsupported\b",
        r"\bonly .{0,30}\b(?:allowed|supported)\b",
        r"\bwrong kind\b",
        r"\bwrongtype\b",
        r"\bformat not recogni[sz]ed\b",
        r"\bexactly the same\b",
        r"\bfailed to read\b",
        r"\bis unavailable\b",
        r"\binvalid (?:user|choice|group|host|device|revision|alias|branch|object|path)\b",
        r"\boutside (?:of )?(?:the|your|any|its) ",
        r"\b(?:does not|doesn't) (?:have|support|match|belong|accept|contain|apply)\b",
        r"\bchoose (?:one|from)\b",
        r"\bvalid (?:values|choices|options|commands) are\b",
        r"\bno deployed\b",
        r"\bmust be one of\b",
        r"\bambiguous argument\b",
        r"\bdid you mean\b",
        r"\binvalid value\b",
    ),
    _make_phrase(
        ABSENT,
        0.85,
        r"(?<![a-z])not[ _-]?found\b",
        r"\bno such\b",
        r"\b(?:does not|doesn't|do not|don't) exist\b",
        r"\bnonexistent\b",
        r"\bmissing (?:script|file|module|key|target)\b",
        r"\bnosuch\w+\b",
        rf"\b(?:could not|couldn't|can't|cannot|can not|unable to|failed to|don't know how to) (?:be )?(?:{_FIND})\b",
        r"\bdid not match\b",
        r"\bdoes not match any\b",
        r"\bno (?:\S+ ){0,5}?(?:found|match(?:es|ed|ing)?|exists?|named|with (?:the )?name|for)\b",
        r"\bname not matched\b",
        r"\bno (?:rule|task|recipe|target|project|context|package|product|available)\b",
        r"\b(?:unknown|unrecogni[sz]ed|undefined)\b",
        r"\bnot (?:a )?known\b",
        r"\bnot listed\b",
        r"\benoent\b",
        r"\bbad (?:revision|object|user)\b",
        r"\bnothing (?:found|matched)\b",
        r"\bno tests? (?:files? )?found\b",
        r"\bis not (?:there|defined)\b",
        r"\bnever defined\b",
        r"\bno \S+ matched\b",
    ),
)
"""A value of the call was refused."""

REFUSED = re.compile(
    r"user (?:doesn't want|rejected)|rejected by the user|request interrupted|sibling tool call|parallel tool call|"
    r"aborted by user",
    re.IGNORECASE,
)
"""Nothing was tried."""
