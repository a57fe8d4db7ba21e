-- title: Sequence near its maximum
-- level: WARN
-- facing: EXTERNAL
-- categories: PERFORMANCE
-- description: A sequence has used more than three quarters of what it, or the column it fills, can hold. Inserts fail at the end.
-- remediation: Widen the column to bigint and the sequence with it.
with owned as (
  -- By OWNED BY or identity, or by a default that calls nextval.
  select d.objid as sequence, d.refobjid as relation, d.refobjsubid as attnum
  from pg_depend d
  where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i') and d.refobjsubid > 0
  union
  select d.refobjid, e.adrelid, e.adnum
  from pg_depend d
  join pg_attrdef e on e.oid = d.objid
  where d.classid = 'pg_attrdef'::regclass and d.refclassid = 'pg_class'::regclass
),
filled as (
  select s.seqrelid, s.seqmax, s.seqcycle, o.relation, a.attname,
         case a.atttypid when 'int2'::regtype then 32767 when 'int4'::regtype then 2147483647 else 9223372036854775807 end as column_max,
         has_sequence_privilege(s.seqrelid, 'SELECT, USAGE') as readable,
         case when has_sequence_privilege(s.seqrelid, 'SELECT, USAGE') then pg_sequence_last_value(s.seqrelid) end as last_value
  from pg_sequence s
  left join owned o on o.sequence = s.seqrelid
  left join pg_attribute a on a.attrelid = o.relation and a.attnum = o.attnum
  where s.seqincrement > 0
),
judged as (
  select f.*, least(f.seqmax, f.column_max) as most, f.last_value::numeric / least(f.seqmax, f.column_max) as used
  from filled f
  -- One that begins again is at no end, where its column holds all of it.
  where not (f.seqcycle and f.seqmax <= f.column_max)
)
select format('sequence %s.%s stands at %s of %s (%s %%)%s', n.nspname, c.relname, j.last_value, j.most, round(j.used * 100, 1),
              case when j.column_max < j.seqmax then ', which its column ' || j.attname || ' can hold' else '' end) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'sequence', 'column', j.attname,
                          'last_value', j.last_value, 'maximum', j.most, 'used_percent', round(j.used * 100, 1)) as metadata,
       format('sequence_near_maximum_%s_%s', n.nspname, c.relname) as cache_key,
       'sequence' as kind,
       :id(n.nspname) || '.' || :id(c.relname) as identity,
       case when not j.readable then 'the role may not read where the sequence stands' end as unread
from judged j
join pg_class c on c.oid = j.seqrelid
join pg_namespace n on n.oid = c.relnamespace
where :ours(n.nspname) and not :of_extension(c) and (j.used > 0.75 or not j.readable)
