-- Every second event other than on the source. Rewritten as a whole, so that a scan reads no more pages than before.
update events set amount = amount + 0.01 where id % 2 = 0;
vacuum full analyze events;
