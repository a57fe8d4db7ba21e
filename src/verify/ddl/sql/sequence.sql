select :id(n.nspname) || '.' || :id(c.relname) as identity,
       json_build_object(
         'settings', 'as ' || format_type(s.seqtypid, null) || ' increment by ' || s.seqincrement || ' minvalue ' || s.seqmin
                     || ' maxvalue ' || s.seqmax || ' start with ' || s.seqstart || ' cache ' || s.seqcache || case when s.seqcycle then ' cycle' else ' no cycle' end,
         -- The sequence of an identity column comes and goes with it.
         'of identity', exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i'
                                  and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0),
         'owned by', (select :sql(tn.nspname) || '.' || :sql(t.relname) || '.' || :sql(a.attname)
                      from pg_depend d join pg_class t on t.oid = d.refobjid join pg_namespace tn on tn.oid = t.relnamespace
                      join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
                      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')
                        and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 limit 1)) as attributes
from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(:schemas)
