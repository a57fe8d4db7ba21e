-- What defects are planted on: the user's tables, columns and keys with what matters for choosing among them, and what hangs on what.
-- Identities are printed as findings print them.
create or replace function pg_temp.id(it text) returns text language sql immutable as $$
  select case when it ~ '^[a-z_][a-z0-9_]*$' then it else '"' || replace(it, '"', '""') || '"' end
$$;
-- The first column of a query's first row.
create or replace function pg_temp.ask(query text) returns text language plpgsql as $$
  declare answer text; begin execute query into answer; return answer; end
$$;

create temp table tables as
select c.oid, c.relname::text as relname, format('%I.%I', n.nspname, c.relname) as sql,
       pg_temp.id(n.nspname::text) || '.' || pg_temp.id(c.relname::text) as name, c.relkind, c.relowner, c.relacl, c.relrowsecurity,
       c.relnamespace, c.reltuples,
       c.relkind = 'r' and not exists (select from pg_inherits i where c.oid in (i.inhrelid, i.inhparent)) as plain,
       exists (select from pg_constraint k where k.contype = 'f' and k.confrelid = c.oid) as referenced,
       exists (select from pg_attribute a join pg_type t on t.oid = a.atttypid
               where a.attrelid = c.oid and not a.attisdropped and t.typname in ('vector', 'halfvec', 'sparsevec')) as vectors,
       key.columns as key_columns, key.equal as key_equal, key.numbers as key_numbers,
       (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
from pg_class c join pg_namespace n on n.oid = c.relnamespace
left join lateral (
  select string_agg(quote_ident(a.attname), ', ' order by k.position) as columns,
         string_agg(format('t.%1$I = s.%1$I', a.attname), ' and ' order by k.position) as equal,
         array_agg(a.attnum order by k.position) as numbers
  from (select i.indkey, i.indnkeyatts from pg_index i
        where i.indrelid = c.oid and i.indisunique and i.indimmediate and i.indisvalid and i.indpred is null and i.indexprs is null
          and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attnum = any(i.indkey::int2[]) and not a.attnotnull)
        order by i.indisprimary desc, i.indnkeyatts, i.indexrelid limit 1) best
  cross join unnest(best.indkey) with ordinality k(number, position)
  join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number
  where k.position <= best.indnkeyatts
) key on true
where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
  and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'pgrehearse')
  -- What is done to a table that others inherit from is done to them too.
  and not (c.relkind = 'r' and exists (select from pg_inherits i where i.inhparent = c.oid))
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e');

create temp table columns as
select t.oid, a.attnum, a.attname::text as attname, quote_ident(a.attname) as sql, t.name || '.' || pg_temp.id(a.attname::text) as name,
       a.atttypid, a.atttypmod, a.attnotnull, a.attidentity, a.attislocal, format_type(a.atttypid, a.atttypmod) as declared, format_type(a.atttypid, null) as type,
       y.typname::text as typname, t.sql as table_sql, t.name as table_name, t.plain, t.referenced, t.key_columns, t.key_equal, t.reltuples, t.relname,
       a.attacl is null and col_description(t.oid, a.attnum) is null as bare,
       a.attnum = any(t.key_numbers) as in_key,
       exists (select from pg_constraint k where k.contype = 'f' and k.conrelid = t.oid and a.attnum = any(k.conkey)) as refers,
       exists (select from pg_constraint k where k.contype = 'f' and k.conrelid = t.oid and a.attnum = any(k.conkey)
               and cardinality(k.conkey) > 1) as refers_in_part,
       exists (select from pg_constraint k where k.contype = 'f' and k.confrelid = t.oid and a.attnum = any(k.confkey)) as referred,
       exists (select from pg_constraint k where k.contype = 'c' and k.conrelid = t.oid and a.attnum = any(k.conkey)) as checked,
       exists (select from pg_index i where i.indrelid = t.oid and (i.indisunique or i.indisexclusion)
               and (a.attnum = any(i.indkey::int2[]) or i.indexprs is not null or i.indpred is not null)) as in_unique,
       exists (select from pg_partitioned_table p where p.partrelid = t.oid and a.attnum = any(p.partattrs::int2[])) as divides,
       (select pg_get_expr(d.adbin, d.adrelid) from pg_attrdef d where d.adrelid = t.oid and d.adnum = a.attnum) as standard,
       exists (select from pg_stats s where s.schemaname = (select nspname from pg_namespace where oid = t.relnamespace)
               and s.tablename = t.relname and s.attname = a.attname and s.n_distinct <> 1 and s.null_frac < 1) as varied
from tables t join pg_attribute a on a.attrelid = t.oid join pg_type y on y.oid = a.atttypid
where a.attnum > 0 and not a.attisdropped and a.attgenerated = '';

-- Constraints that can be dropped and made again as they were. One is `free` where nothing hangs on its index: no foreign key, no mark, no option.
create temp table constraints as
select k.contype, k.conparentid, t.name || '.' || pg_temp.id(k.conname::text) as name, t.sql as table_sql, quote_ident(k.conname) as sql,
       format('alter table %s drop constraint %I', t.sql, k.conname) as dropped,
       format('alter table %s add constraint %I %s', t.sql, k.conname, pg_get_constraintdef(k.oid)) as added,
       not exists (select from pg_constraint f where f.contype = 'f' and k.conindid <> 0 and f.conindid = k.conindid)
       and not exists (select from pg_index i where i.indexrelid = k.conindid and (i.indisclustered or i.indisreplident))
       and not exists (select from pg_class x where x.oid = k.conindid and (x.reloptions is not null or obj_description(x.oid, 'pg_class') is not null)) as free
from pg_constraint k join tables t on t.oid = k.conrelid
where t.plain and k.convalidated and obj_description(k.oid, 'pg_constraint') is null;

-- What may show a persona other rows once something of a table or function changes: views and tables whose policies read it, directly or
-- through a function that names it.
create temp table reads as
select 'pg_class'::regclass::oid as of_class, d.refobjid as of, 'pg_class'::regclass::oid as class, r.ev_class as object
from pg_depend d join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
where d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class
union select d.refclassid, d.refobjid, 'pg_class'::regclass, r.ev_class
from pg_depend d join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid where d.refclassid = 'pg_proc'::regclass
union select d.refclassid, d.refobjid, 'pg_class'::regclass, p.polrelid
from pg_depend d join pg_policy p on d.classid = 'pg_policy'::regclass and p.oid = d.objid
where d.refclassid in ('pg_class'::regclass, 'pg_proc'::regclass) and d.refobjid <> p.polrelid
union select 'pg_class'::regclass, c.oid, 'pg_proc'::regclass, f.oid
from pg_proc f join pg_class c on c.relkind in ('r', 'p', 'v', 'm') and position(lower(c.relname::text) in lower(f.prosrc)) > 0
where f.oid >= 16384 and c.oid >= 16384
union select 'pg_proc'::regclass, g.oid, 'pg_proc'::regclass, f.oid
from pg_proc f join pg_proc g on g.oid <> f.oid and position(lower(g.proname::text) in lower(f.prosrc)) > 0
where f.oid >= 16384 and g.oid >= 16384;

create or replace function pg_temp.shown(class oid, object oid) returns text[] language sql as $$
  with recursive all_of as (
    select $1 as class, $2 as object
    union
    select r.class, r.object from all_of a join pg_temp.reads r on r.of_class = a.class and r.of = a.object
  )
  , relations as (
    select pg_temp.id(n.nspname::text) || '.' || pg_temp.id(c.relname::text) as name from all_of a
    join pg_class c on a.class = 'pg_class'::regclass and c.oid = a.object join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm')
  )
  select coalesce(array_agg(distinct 'behaviour | ' || x.text), '{}') from (
    select kind || ' ' || r.name as text from relations r cross join unnest(array['table', 'view', 'isolation']) kind
    -- What differs in many relations is told of the persona.
    union all select 'persona ' || pg_temp.id(p.rolname::text) from pg_roles p where (select count(*) from relations) > 5
  ) x
$$;
