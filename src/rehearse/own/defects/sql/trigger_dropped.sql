-- name: trigger dropped
select t.name || '.' || pg_temp.id(g.tgname::text) as planted, format('drop trigger %I on %s', g.tgname, t.sql) as plant, pg_get_triggerdef(g.oid) as heal,
       array['schema | trigger ' || t.name || '.' || pg_temp.id(g.tgname::text) || ' | missing'] as expects, '{}'::text[] as allows
from pg_trigger g join tables t on t.oid = g.tgrelid
where not g.tgisinternal and t.plain and g.tgenabled = 'O' and obj_description(g.oid, 'pg_trigger') is null
order by 1
