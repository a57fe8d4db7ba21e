-- What belongs to the class itself; what is loose in its family stands with the family.
select :id(n.nspname) || '.' || :id(o.opcname) || ' for ' || am.amname as identity,
       json_build_object(
         'name', :sql(n.nspname) || '.' || :sql(o.opcname) || ' using ' || :sql(am.amname),
         'create', 'create operator class ' || :sql(n.nspname) || '.' || :sql(o.opcname) || case when o.opcdefault then ' default' else '' end
           || ' for type ' || format_type(o.opcintype, null) || ' using ' || :sql(am.amname)
           || (select ' family ' || :sql(fn.nspname) || '.' || :sql(f.opfname) from pg_opfamily f join pg_namespace fn on fn.oid = f.opfnamespace where f.oid = o.opcfamily)
           || ' as ' || concat_ws(', ',
             (select string_agg('operator ' || m.amopstrategy || ' ' || :sql(pn.nspname) || '.' || p.oprname
                                || ' (' || format_type(m.amoplefttype, null) || ', ' || format_type(m.amoprighttype, null) || ')'
                                || coalesce((select ' for order by ' || :sql(sn.nspname) || '.' || :sql(s.opfname) from pg_opfamily s
                                             join pg_namespace sn on sn.oid = s.opfnamespace where s.oid = m.amopsortfamily), ''), ', ' order by m.amopstrategy)
              from pg_depend d join pg_amop m on m.oid = d.objid join pg_operator p on p.oid = m.amopopr join pg_namespace pn on pn.oid = p.oprnamespace
              where d.classid = 'pg_amop'::regclass and d.refclassid = 'pg_opclass'::regclass and d.refobjid = o.oid),
             (select string_agg('function ' || m.amprocnum || ' (' || format_type(m.amproclefttype, null) || ', ' || format_type(m.amprocrighttype, null) || ') '
                                || :sql(pn.nspname) || '.' || :sql(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')', ', ' order by m.amprocnum)
              from pg_depend d join pg_amproc m on m.oid = d.objid join pg_proc p on p.oid = m.amproc join pg_namespace pn on pn.oid = p.pronamespace
              where d.classid = 'pg_amproc'::regclass and d.refclassid = 'pg_opclass'::regclass and d.refobjid = o.oid),
             'storage ' || format_type(nullif(o.opckeytype, 0), null),
             -- A class of nothing but its type.
             case when not exists (select from pg_depend d where d.refclassid = 'pg_opclass'::regclass and d.refobjid = o.oid
                                     and d.classid in ('pg_amop'::regclass, 'pg_amproc'::regclass)) and o.opckeytype = 0
                  then 'storage ' || format_type(o.opcintype, null) end)) as attributes
from pg_opclass o join pg_namespace n on n.oid = o.opcnamespace join pg_am am on am.oid = o.opcmethod where n.nspname = any(:schemas)
