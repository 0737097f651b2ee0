"""The words that a person agrees to before anything of a project may be given away.

A consent holds for the words that were shown: they are hashed with it, and a change of one of them asks again.
"""

from hashlib import sha256

VERSION = 1
TEXT = """\
What you would give away of this project (text 1)

 1. One file of figures. No text leaves: no prompt, no reply, no command line, no code, no path, no name of a project,
    branch, person, host or file.
 2. Five tables, of which you choose: calls by tool and how they ended; runs of well-known programs, how they ended and
    after how long; types of commits; which kinds of files change together; mistakes by tool and rule.
    Every word in them stands in a list that ships with twiceshy. Whatever is not in it counts as "other".
 3. A figure is written only if it rests on at least 5 of your sessions on at least 5 days, and if no session makes up
    more than half of it. Smaller ones count as "other", or are left out. Figures are rounded. What is counted are
    whole weeks of the last year, and no week twice; no time is told but these weeks and how long runs take.
 4. This hides single sessions. It does not hide you: one person's file says how one person's agents work. Whoever puts
    files of several people together has to hide single people there.
 5. twiceshy sends nothing. `contribute preview` shows every byte, `contribute export` writes the same bytes into a
    file, and you send that file to whom you like, or to nobody. What becomes of it there is up to them.
 6. It holds for this project on this machine until you take it back: `contribute disable` stops at once and writes a
    file that takes back what was given before. Only whoever has your contribution can honour that.
"""


def hash_text() -> str:
    """Return what a consent says of the words that were shown."""
    return sha256(TEXT.encode()).hexdigest()
