-- Columns with their types resolved down to the base type, and how that type is sent in binary.
with recursive base as (
  select t.oid, t.oid as base, -1 as modifier, false as not_null from pg_type t where t.typtype <> 'd'
  union all
  select d.oid, b.base, case when d.typtypmod <> -1 then d.typtypmod else b.modifier end, d.typnotnull or b.not_null
  from pg_type d join base b on b.oid = d.typbasetype where d.typtype = 'd'
)
select n.nspname::text as schema, c.relname::text as relation, a.attname::text as name, a.attnum::int as position,
       format_type(a.atttypid, a.atttypmod) as declared_type,
       format_type(bt.oid, coalesce(nullif(a.atttypmod, -1), base.modifier)) as base_type,
       -- char(n) and varchar(n), also where a domain is declared so.
       case when bt.oid in ('bpchar'::regtype, 'varchar'::regtype)
            then nullif(greatest(coalesce(nullif(a.atttypmod, -1), base.modifier), 4), 4) - 4 end as characters,
       -- From 18 on a NOT NULL constraint can stand without having been validated: it proves nothing then.
       a.attnotnull and not exists (select 1 from pg_constraint k
                                    where k.conrelid = a.attrelid and k.contype = 'n' and not k.convalidated
                                      and a.attnum = any(k.conkey)) as not_null,
       base.not_null as domain_not_null,
       a.atthasdef or dt.typdefault is not null as has_default,
       nullif(a.attgenerated::text, '') as generated, nullif(a.attidentity::text, '') as identity,
       has_column_privilege(c.oid, a.attnum, 'select') as can_select,
       bn.nspname::text as type_schema, bt.typname::text as type_name, bt.typtype::text as type_class,
       bt.oid < 16384 as built_in,
       case when bt.typcategory = 'A' and bt.typelem <> 0 then json_build_object(
              'class', et.typtype::text, 'built_in', et.oid < 16384, 'name', et.typname) end as element,
       -- A type that borrows another's send function (refcursor has that of text) could not be handed to it uncast.
       case when bt.typsend <> 0 and (sp.proargtypes[0] = bt.oid or at.typtype = 'p') then json_build_object('schema', sn.nspname, 'name', sp.proname) end as send,
       bt.typreceive <> 0 and bt.typsend <> 0 and coalesce(et.typsend <> 0, true) as binary
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_type dt on dt.oid = a.atttypid
join base on base.oid = a.atttypid
join pg_type bt on bt.oid = base.base
join pg_namespace bn on bn.oid = bt.typnamespace
left join pg_type et on et.oid = bt.typelem and bt.typcategory = 'A'
left join pg_proc sp on sp.oid = bt.typsend
left join pg_type at on at.oid = sp.proargtypes[0]
left join pg_namespace sn on sn.oid = sp.pronamespace
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f', 'm') and n.nspname = any(:schemas)
order by 1, 2, 4
