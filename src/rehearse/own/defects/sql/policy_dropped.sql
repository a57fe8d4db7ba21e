-- name: policy dropped
select t.name || '.' || pg_temp.id(p.polname::text) as planted, format('drop policy %I on %s', p.polname, t.sql) as plant,
       format('create policy %I on %s as %s for %s to %s%s%s', p.polname, t.sql, case when p.polpermissive then 'permissive' else 'restrictive' end,
              case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
              (select string_agg(case when r.oid = 0 then 'public' else quote_ident(pg_get_userbyid(r.oid)) end, ', ') from unnest(p.polroles) r(oid)),
              ' using (' || pg_get_expr(p.polqual, p.polrelid) || ')', ' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') as heal,
       array['rls | policy ' || t.name || '.' || pg_temp.id(p.polname::text) || ' | missing'] as expects, pg_temp.shown('pg_class'::regclass, t.oid) as allows
from pg_policy p join tables t on t.oid = p.polrelid where obj_description(p.oid, 'pg_policy') is null
order by 1
