import CircleDashed from 'lucide-solid/icons/circle-dashed';
import RefreshCw from 'lucide-solid/icons/refresh-cw';
import ShieldAlert from 'lucide-solid/icons/shield-alert';
import ShieldCheck from 'lucide-solid/icons/shield-check';
import ShieldX from 'lucide-solid/icons/shield-x';
import { Dynamic } from 'solid-js/web';
import type { Mood } from '../../components/status-pill.tsx';

const signs = { ok: ShieldCheck, run: RefreshCw, warn: ShieldAlert, bad: ShieldX, idle: CircleDashed };

/** The mood of the box as a sign; the sentence beside it says the same. */
export const Sign = (props: { mood: Mood }) => (
  <span class="sign" aria-hidden="true">
    <Dynamic component={signs[props.mood]} size={28} />
  </span>
);
