-- A shell is made by the operator that names it.
select :id(n.nspname) || '.' || o.oprname || '(' || concat_ws(', ', format_type(nullif(o.oprleft, 0), null),
                                                            format_type(nullif(o.oprright, 0), null)) || ')' as identity,
       json_build_object(
         'signature', 'operator ' || :sql(n.nspname) || '.' || o.oprname || ' (' || coalesce(format_type(nullif(o.oprleft, 0), null), 'none') || ', '
                      || format_type(o.oprright, null) || ')',
         'restrict', (select :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = o.oprrest),
         'join', (select :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = o.oprjoin),
         'create', (select 'create operator ' || :sql(n.nspname) || '.' || o.oprname || ' ('
           || concat_ws(', ', 'function = ' || :sql(pn.nspname) || '.' || :sql(p.proname),
                'leftarg = ' || format_type(nullif(o.oprleft, 0), null), 'rightarg = ' || format_type(nullif(o.oprright, 0), null),
                'commutator = ' || (select 'operator(' || :sql(cn.nspname) || '.' || c.oprname || ')' from pg_operator c join pg_namespace cn on cn.oid = c.oprnamespace where c.oid = o.oprcom),
                'negator = ' || (select 'operator(' || :sql(cn.nspname) || '.' || c.oprname || ')' from pg_operator c join pg_namespace cn on cn.oid = c.oprnamespace where c.oid = o.oprnegate),
                'restrict = ' || (select :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = o.oprrest),
                'join = ' || (select :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = o.oprjoin),
                case when o.oprcanhash then 'hashes' end, case when o.oprcanmerge then 'merges' end) || ')'
           from pg_proc p join pg_namespace pn on pn.oid = p.pronamespace where p.oid = o.oprcode)) as attributes
from pg_operator o join pg_namespace n on n.oid = o.oprnamespace where n.nspname = any(:schemas)
