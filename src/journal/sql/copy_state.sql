-- The last copy and how far it has come, as far as it is committed.
select r.id, r.started::text as started, r.ended::text as ended, r.attempt,
       count(t.number) as tasks,
       count(t.done) as done,
       coalesce(sum((select sum(m.rows) from jsonb_to_recordset(t.moved) as m(rows bigint))), 0)::bigint as rows
from pgrehearse.run r
left join pgrehearse.task t on t.run = r.id
where r.id = (select max(id) from pgrehearse.run)
group by r.id
