import { renderToString } from 'react-dom/server';
import { App } from './react.jsx';

export const rendered = async () => renderToString(<App />);
