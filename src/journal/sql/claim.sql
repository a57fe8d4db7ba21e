-- The next task that nobody works at and whose needs are done, locked for this transaction.
select t.number, t.relation, t.work
from pgrehearse.task t
where t.run = :run and t.attempt = :attempt and t.done is null
  and not exists (select 1 from pgrehearse.task n
                  where n.run = t.run and n.number = any(t.needs) and n.done is null)
  and exists (select 1 from pgrehearse.run r where r.id = t.run and r.ended is null and r.attempt = :attempt)
order by t.rank, t.weight desc, t.number
limit 1
for update of t skip locked
