-- The family and what is loose in it.
select :id(n.nspname) || '.' || :id(o.opfname) || ' for ' || am.amname as identity,
       json_build_object(
         'name', :sql(n.nspname) || '.' || :sql(o.opfname) || ' using ' || :sql(am.amname),
         'create', 'create operator family ' || :sql(n.nspname) || '.' || :sql(o.opfname) || ' using ' || :sql(am.amname),
         'loose', (select json_agg(l.member) from (
             select json_build_array('operator ' || m.amopstrategy || ' ' || :sql(pn.nspname) || '.' || p.oprname
                      || ' (' || format_type(m.amoplefttype, null) || ', ' || format_type(m.amoprighttype, null) || ')'
                      || coalesce((select ' for order by ' || :sql(sn.nspname) || '.' || :sql(s.opfname) from pg_opfamily s
                                   join pg_namespace sn on sn.oid = s.opfnamespace where s.oid = m.amopsortfamily), ''),
                      'operator ' || m.amopstrategy || ' (' || format_type(m.amoplefttype, null) || ', ' || format_type(m.amoprighttype, null) || ')') as member
             from pg_amop m join pg_operator p on p.oid = m.amopopr join pg_namespace pn on pn.oid = p.oprnamespace
             where m.amopfamily = o.oid and not exists (select from pg_depend d where d.classid = 'pg_amop'::regclass and d.objid = m.oid
                                                          and d.refclassid = 'pg_opclass'::regclass)
             union all
             select json_build_array('function ' || m.amprocnum || ' (' || format_type(m.amproclefttype, null) || ', ' || format_type(m.amprocrighttype, null) || ') '
                      || :sql(pn.nspname) || '.' || :sql(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')',
                      'function ' || m.amprocnum || ' (' || format_type(m.amproclefttype, null) || ', ' || format_type(m.amprocrighttype, null) || ')')
             from pg_amproc m join pg_proc p on p.oid = m.amproc join pg_namespace pn on pn.oid = p.pronamespace
             where m.amprocfamily = o.oid and not exists (select from pg_depend d where d.classid = 'pg_amproc'::regclass and d.objid = m.oid
                                                            and d.refclassid = 'pg_opclass'::regclass)) l)) as attributes
from pg_opfamily o join pg_namespace n on n.oid = o.opfnamespace join pg_am am on am.oid = o.opfmethod where n.nspname = any(:schemas)
