-- name: policy opened to every row
select t.name || '.' || pg_temp.id(p.polname::text) as planted, format('alter policy %I on %s using (true)', p.polname, t.sql) as plant,
       format('alter policy %I on %s using (%s)', p.polname, t.sql, pg_get_expr(p.polqual, p.polrelid)) as heal,
       array['rls | policy ' || t.name || '.' || pg_temp.id(p.polname::text) || ' | using'] as expects, pg_temp.shown('pg_class'::regclass, t.oid) as allows
from pg_policy p join tables t on t.oid = p.polrelid where p.polqual is not null and pg_get_expr(p.polqual, p.polrelid) <> 'true'
order by p.polcmd <> 'r', 1 desc
