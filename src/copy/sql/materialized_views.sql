-- Materialized views, and those among them that each reads, directly or through plain views.
with recursive uses as (
  select r.ev_class as reader, d.refobjid as read
  from pg_rewrite r
  join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
       and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class
), reach as (
  select c.oid as view, u.read from pg_class c join uses u on u.reader = c.oid where c.relkind = 'm'
  union
  select reach.view, u.read
  from reach join pg_class v on v.oid = reach.read and v.relkind = 'v' join uses u on u.reader = v.oid
)
select n.nspname::text as schema, c.relname::text as name,
       (select json_agg(json_build_object('schema', pn.nspname, 'name', p.relname))
        from reach join pg_class p on p.oid = reach.read and p.relkind = 'm'
        join pg_namespace pn on pn.oid = p.relnamespace
        where reach.view = c.oid) as reads
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'm'
order by 1, 2
