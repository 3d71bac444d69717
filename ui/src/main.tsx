import { render } from 'solid-js/web';
import { App } from './app.tsx';
import { startLanguage } from './i18n/words.ts';
import { fetchAhead } from './routes.tsx';

const root = document.getElementById('root');
// The words of another language come first: nobody reads one sentence in English and then in German. In a turn of its own,
// after the one in which all these modules were started.
if (root) void startLanguage().then(() => setTimeout(() => render(() => <App />, root)));
fetchAhead(location.pathname);
