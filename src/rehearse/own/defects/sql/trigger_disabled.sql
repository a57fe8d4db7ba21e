-- name: trigger disabled
select t.name || '.' || pg_temp.id(g.tgname::text) as planted, format('alter table %s disable trigger %I', t.sql, g.tgname) as plant,
       format('alter table %s enable trigger %I', t.sql, g.tgname) as heal,
       array['schema | trigger ' || t.name || '.' || pg_temp.id(g.tgname::text) || ' | enabled'] as expects, '{}'::text[] as allows
from pg_trigger g join tables t on t.oid = g.tgrelid
where not g.tgisinternal and t.plain and g.tgenabled = 'O' order by 1 desc
