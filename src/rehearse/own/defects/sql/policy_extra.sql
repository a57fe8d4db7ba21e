-- name: second policy, for everybody
select t.name as planted, format('create policy planted on %s for select using (true)', t.sql) as plant, format('drop policy planted on %s', t.sql) as heal,
       array['rls | policy ' || t.name || '.planted | extra'] as expects, pg_temp.shown('pg_class'::regclass, t.oid) as allows
from tables t where t.relrowsecurity order by not exists (select from pg_policy p where p.polrelid = t.oid), t.name
