-- What a message cost, as far as its log tells; rows read by earlier versions have it once their logs are read again.

ALTER TABLE usage ADD COLUMN cache_write_1h INTEGER NOT NULL DEFAULT 0; -- of cache_write: kept for an hour, which costs more
ALTER TABLE usage ADD COLUMN cost REAL; -- US dollars that the log states; NULL: it states none
ALTER TABLE usage ADD COLUMN unended INTEGER NOT NULL DEFAULT 0; -- 1: output was counted before the message ended, at least so many
