-- Settings only: where a sequence stands is the sequences check's business.
select :id(n.nspname) || '.' || :id(c.relname) as identity,
       json_build_object(
         'type', format_type(s.seqtypid, null), 'start', s.seqstart::text, 'increment', s.seqincrement::text,
         'minimum', s.seqmin::text, 'maximum', s.seqmax::text, 'cache', s.seqcache::text, 'cycles', s.seqcycle::text,
         'persistence', case c.relpersistence when 'p' then 'permanent' when 'u' then 'unlogged' else 'temporary' end,
         'comment', obj_description(c.oid, 'pg_class'),
         'owner', pg_get_userbyid(c.relowner),
         'owned by', (select :id(tn.nspname) || '.' || :id(t.relname) || '.' || :id(a.attname)
                      from pg_depend d join pg_class t on t.oid = d.refobjid join pg_namespace tn on tn.oid = t.relnamespace
                      join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
                      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')
                        and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 limit 1)) as attributes
from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend e
                  where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
