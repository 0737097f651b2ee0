-- What a trial of advice needs: a third arm, how probable each arm was, and what became of the session afterwards.

ALTER TABLE advice ADD COLUMN by_person INTEGER NOT NULL DEFAULT 0; -- 1: a person's prompt overrode it, not the call
ALTER TABLE advice ADD COLUMN placebo INTEGER NOT NULL DEFAULT 0; -- 1: something neutral was said in its place
ALTER TABLE advice ADD COLUMN held_chance REAL; -- that it was held back, as it was drawn; NULL: no draw, or not noted
ALTER TABLE advice ADD COLUMN placebo_chance REAL; -- likewise that something neutral was said
ALTER TABLE advice ADD COLUMN again INTEGER; -- 1: a later call of the session for the same thing failed; NULL: not known
