-- A constraint that a partition or an inheriting table has from its root (and the copy of a foreign key for each
-- partition it leads to) hangs on the root's.
-- NOT NULL constraints (catalogued from 18 on) stand with their columns.
select :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(k.conname) as identity,
       coalesce((select :id(rn.nspname) || '.' || :id(r.relname) || '.' || :id(rk.conname)
                 from pg_constraint rk join pg_class r on r.oid = rk.conrelid join pg_namespace rn on rn.oid = r.relnamespace
                 where rk.oid = k.conparentid),
                (select :id(rn.nspname) || '.' || :id(r.relname) || '.' || :id(rk.conname)
                 from pg_inherits h join pg_constraint rk on rk.conrelid = h.inhparent and rk.conname = k.conname
                 join pg_class r on r.oid = rk.conrelid join pg_namespace rn on rn.oid = r.relnamespace
                 where h.inhrelid = k.conrelid and k.contype = 'c' and not k.conislocal and rk.contype = 'c'
                 order by h.inhseqno limit 1),
                :id(n.nspname) || '.' || :id(c.relname)) as parent,
       json_build_object(
         -- Without what the attributes below say: one difference, one finding.
         'definition', regexp_replace(pg_get_constraintdef(k.oid),
                                      '( NO INHERIT)?( NOT DEFERRABLE| DEFERRABLE)?( INITIALLY (DEFERRED|IMMEDIATE))?( NOT VALID| NOT ENFORCED)?$', ''),
         'validated', k.convalidated::text,
         -- From 18 on a constraint may stand that holds nobody to anything.
         'enforced', case when to_jsonb(k) ->> 'conenforced' = 'false' then 'no' end,
         'deferrable', case when k.condeferrable then case when k.condeferred then 'initially deferred' else 'yes' end
                       else 'no' end,
         -- A foreign key or a deferrable unique constraint whose own triggers are switched off is not enforced, however
         -- valid it says it is.
         'enforcement', (select string_agg(distinct case t.tgenabled when 'D' then 'switched off' when 'R' then 'on replicas only'
                                                    else 'always' end collate "C", ', ')
                         from pg_trigger t where t.tgconstraint = k.oid and t.tgisinternal and t.tgenabled <> 'O'),
         -- Of keys it tells whether they were made before or after their table was attached, and nothing else.
         'no inherit', case when k.contype = 'c' then k.connoinherit::text end,
         'comment', obj_description(k.oid, 'pg_constraint')) as attributes
from pg_constraint k
join pg_class c on c.oid = k.conrelid
join pg_namespace n on n.oid = c.relnamespace
where k.contype in ('p', 'u', 'f', 'c', 'x') and n.nspname = any(:schemas)
